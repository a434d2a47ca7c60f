"""Everything that a report looks at: loaded once, shown to every model."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from evaluation import lfw
from evaluation.conditions import MIXTURES
from evaluation.crops import list_photos, read
from evaluation.cutting import Cutter
from evaluation.lfw import Mated, Pairs
from evaluation.measures.bootstrap import People
from evaluation.memory import Memory
from evaluation.nonfaces import made, photos, pictures
from evaluation.parts import mixed
from evaluation.parts.mixed import Simple

KIND = 300
"""Crops of each kind of thing that is no face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Crops and the names of who is on them; a name is one person in all of the data."""

    crops: NDArray[np.uint8]
    """Shape (n, 112, 112, 3), BGR."""

    names: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """All of it."""

    pairs: Pairs
    """LFW."""

    pair_names: list[str]
    """Of the photos of `pairs`."""

    distractors: Named
    """LFW people of no pair."""

    train: Named
    """Photos of `train/`, profiles left out."""

    nonfaces: dict[str, NDArray[np.uint8]]
    """Crops by kind."""

    mated: Mated
    """Pairs of `pairs` that are compared."""

    simple: dict[str, Simple]
    """What is known of their mixed degradations without any of the models; by set."""

    memory: Memory


def load(data: Path, models: Path, cache: Path, *, probes: int, progress: Progress) -> Study:
    """Read, cut and make all crops.

    Args:
        data: The data folder.
        models: Folder of `models.toml`.
        cache: For what takes minutes; may be deleted.
        probes: Mated pairs to use, at most.
        progress: Shows what is going on.
    """
    cutter = Cutter(models)
    pairs, names = lfw.load(data, cutter, cache, progress)
    mated, memory = pairs.mated(probes), Memory(cache / "outputs")
    return Study(
        pairs=pairs,
        pair_names=names,
        distractors=_distractors(data, progress),
        train=_train(data, progress),
        nonfaces=_nonfaces(data, cutter, cache, progress),
        mated=mated,
        simple=_simple(pairs, mated, cutter, memory, progress),
        memory=memory,
    )


def numbered(*groups: list[str]) -> list[People]:
    """Numbers for names, the same in all groups."""
    numbers = lfw.people([name for group in groups for name in group])
    return np.split(numbers, np.cumsum([len(group) for group in groups])[:-1])


def _simple(
    pairs: Pairs, mated: Mated, cutter: Cutter, memory: Memory, progress: Progress
) -> dict[str, Simple]:
    total = sum(len(mated.probes) * (how.draws + 1) for how in MIXTURES.values())
    task = progress.add_task("detector", total=total)

    def advance(count: int) -> None:
        progress.advance(task, count)

    return {
        name: mixed.simple(name, pairs, mated, cutter, memory, advance=advance) for name in MIXTURES
    }


def _distractors(data: Path, progress: Progress) -> Named:
    files = sorted((data / "distractors").glob("*.jpg"))
    crops = [_read(file) for file in progress.track(files, description="distractors")]
    return Named(crops=np.stack(crops), names=[file.stem.rpartition("_")[0] for file in files])


def _train(data: Path, progress: Progress) -> Named:
    frontal = [photo for photo in list_photos(data) if not photo.profile]
    crops = [read(photo) for photo in progress.track(frontal, description="train")]
    return Named(crops=np.stack(crops), names=[photo.identity for photo in frontal])


def _nonfaces(
    data: Path, cutter: Cutter, cache: Path, progress: Progress
) -> dict[str, NDArray[np.uint8]]:
    files = sorted((data / "photos").glob("*/*.jpg"))
    folder = cache / "pictures"
    task = progress.add_task("no faces", total=2 * len(files))

    def advance(count: int) -> None:
        progress.advance(task, count)

    animals = pictures.read(folder, tuple(pictures.ANIMALS))
    return {
        "noise": made.draws(made.noise, KIND, seed=1),
        "surfaces": made.draws(made.surface, KIND, seed=2),
        "backgrounds": photos.backgrounds(files, cutter, KIND, seed=3, advance=advance),
        "things": pictures.anywhere(pictures.read(folder, pictures.THINGS), KIND, seed=4),
        "animals": pictures.anywhere(animals, KIND, seed=5),
        "animals' faces": pictures.animal_faces(folder, KIND, seed=6),
        "backs of heads": photos.backs(files, cutter, KIND, advance=advance),
    }


def _read(file: Path) -> NDArray[np.uint8]:
    crop = cv2.imread(str(file))
    if crop is None:
        raise FileNotFoundError(file)
    return crop.astype(np.uint8, copy=False)
