"""Reads, cuts and makes the crops of a report."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from evaluation import lfw
from evaluation.aside import aside, paired
from evaluation.conditions import MIXTURES
from evaluation.crops import list_photos, read
from evaluation.cutting import Cutter
from evaluation.duplicates import merge_duplicates
from evaluation.lfw import Mated, Pairs
from evaluation.memory import Memory
from evaluation.nonfaces import kinds
from evaluation.parts import mixed
from evaluation.parts.mixed import Simple
from evaluation.study import Named, Study
from evaluation.subject import Subject

NEEDED = ("lfw/pairs.csv", "train/index.csv", "distractors", "photos")
"""In the data folder."""


def require(data: Path, needed: Sequence[str] = NEEDED) -> None:
    """Look whether all data are there, before anything is loaded.

    Raises:
        FileNotFoundError: They are not; it says what is missing.
    """
    missing = [name for name in needed if not (data / name).exists()]
    if missing:
        raise FileNotFoundError(
            f"{data} has no {', '.join(missing)}: photos of people are not part of the repository"
        )


def load(
    data: Path, cutter: Cutter, baseline: Subject, cache: Path, *, probes: int, progress: Progress
) -> Study:
    """Read, cut and make all crops.

    Args:
        data: The data folder.
        cutter: Finds faces.
        baseline: Says who is in `train/` under two names: the people there do not depend on the
            model that is examined.
        cache: For what takes minutes; may be deleted.
        probes: Mated pairs to use, at most.
        progress: Shows what is going on.
    """
    require(data)
    pairs, names = lfw.load(data, cutter, cache, progress)
    mated, memory = pairs.mated(probes), Memory(cache / "outputs")
    known, kept = train(data, baseline, memory, progress)
    return Study(
        pairs=pairs,
        pair_names=names,
        distractors=distractors(data, progress),
        train=known,
        aside=kept,
        nonfaces=kinds.gather(data, cutter, cache, progress),
        mated=mated,
        simple=_simple(pairs, mated, cutter, memory, progress),
        memory=memory,
    )


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


def distractors(data: Path, progress: Progress) -> Named:
    """Read the crops of people of LFW who are in no pair."""
    files = sorted((data / "distractors").glob("*.jpg"))
    crops = [_read(file) for file in progress.track(files, description="distractors")]
    return Named(crops=np.stack(crops), names=[file.stem.rpartition("_")[0] for file in files])


def train(data: Path, baseline: Subject, memory: Memory, progress: Progress) -> tuple[Named, Pairs]:
    """Read `train/`, profiles left out: all of it, and mated pairs of the people kept aside."""
    frontal = [photo for photo in list_photos(data) if not photo.profile]
    crops = np.stack([read(photo) for photo in progress.track(frontal, description="train")])
    task = progress.add_task("who is who", total=len(crops))
    seen = memory.see(baseline, crops, lambda count: progress.advance(task, count))
    names, numbers = np.unique([photo.identity for photo in frontal], return_inverse=True)
    people = merge_duplicates(seen.vectors, np.asarray(numbers, dtype=np.int64))
    rows = np.flatnonzero(aside(people))
    return (
        Named(crops=crops, names=names[people].tolist()),
        paired(crops[rows], people[rows]),
    )


def _read(file: Path) -> NDArray[np.uint8]:
    crop = cv2.imread(str(file))
    if crop is None:
        raise FileNotFoundError(file)
    return crop.astype(np.uint8, copy=False)
