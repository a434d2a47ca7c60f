"""The numbers of the gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from degradations import LADDERS
from evaluation.conditions import Condition, coverings, rungs
from evaluation.cutting import Cutter
from evaluation.logistic import Numbers
from evaluation.measures.ladders import largest_rise
from evaluation.memory import nobody
from evaluation.seen import Seen
from evaluation.subject import Subject
from tools import photos

LINE = 0.345
"""One false match in a thousand of the frozen model on `train/` (its card). Fixed: a gate whose
line moved with the model would not see it move."""

SHOTS = 1
"""Of each photo on each rung."""

PROBES = 8
"""Of each photo under each of `MISSED`."""

MISSED = (
    "block 0.2",
    "block 0.35",
    "surgical mask 1",
    "sunglasses 1",
    "region: lower face",
    "iso 12800",
    "resolution 20",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Few:
    """The photos of the gate."""

    crops: NDArray[np.uint8]
    """Shape (n, 112, 112, 3), BGR."""

    people: Sequence[str]


def gather(models: Path, folder: Path) -> Few:
    """Fetch what is missing in `folder`, and cut.

    Raises:
        PhotosWrong: The photos cannot be had as pinned.
    """
    photos.fetch(folder)
    names = sorted(name for source in photos.SOURCES for name in source.sha256)
    cutter = Cutter(models)
    return Few(
        crops=np.stack([cutter.crop((folder / name).read_bytes())[0] for name in names]),
        people=[Path(name).stem.partition("_")[0].rstrip("0123456789") for name in names],
    )


def measure(subject: Subject, few: Few) -> dict[str, float]:
    """All numbers of one model; the first word of each says what kind it is."""
    clean = _see(subject, few.crops)
    alone = np.concatenate([_see(subject, crop[None]).vectors for crop in few.crops])
    people = np.array(few.people)
    same, others = people[:, None] == people[None], ~np.eye(len(people), dtype=np.bool_)
    similarity = clean.vectors @ clean.vectors.T
    found = {
        "similarity of one person, lowest": float(similarity[same & others].min()),
        "similarity of two people, highest": float(similarity[~same].max()),
        "quality of clean photos, mean": float(clean.quality.mean()),
        "batch: largest difference": float(np.abs(alone - clean.vectors).max()),
    }
    by_name = {each.name: each for each in (*rungs(), *coverings())}
    for name in MISSED:
        scores = _genuine(subject, by_name[name], few, clean, shots=PROBES)[1]
        found[f"FNMR: {name}"] = float(np.mean(scores < LINE))
    for name in LADDERS:
        found |= _climb(subject, [it for it in rungs() if it.ladder == name], few, clean)
    return found


def _climb(subject: Subject, steps: list[Condition], few: Few, clean: Seen) -> dict[str, float]:
    seen = [_genuine(subject, step, few, clean, shots=SHOTS) for step in steps]
    quality = np.array([each[0].mean() for each in seen])
    similarity = np.array([each[1].mean() for each in seen])
    return {
        f"quality on {steps[0].name}": float(quality[0]),
        f"quality on {steps[-1].name}": float(quality[-1]),
        f"similarity on {steps[-1].name}": float(similarity[-1]),
        f"rise of quality along {steps[0].ladder}": largest_rise(quality),
    }


def _genuine(
    subject: Subject, condition: Condition, few: Few, clean: Seen, *, shots: int
) -> tuple[Numbers, Numbers]:
    """Qualities of spoiled photos, and similarities to clean ones of the same person.

    To other photos of that person; who is there once is compared with that one.
    """
    people = np.array(few.people)
    mated = people[:, None] == people[None]
    mated &= ~np.eye(len(people), dtype=np.bool_) | (mated.sum(axis=1) == 1)[:, None]
    quality, similarity = [], []
    for shot in range(shots):
        seen = _see(subject, condition.spoil(few.crops, shot=shot)[0])
        quality.append(seen.quality)
        similarity.append((seen.vectors @ clean.vectors.T)[mated])
    return np.concatenate(quality), np.concatenate(similarity).astype(np.float64)


def _see(subject: Subject, crops: NDArray[np.uint8]) -> Seen:
    return subject.see(subject.outputs(crops, nobody))
