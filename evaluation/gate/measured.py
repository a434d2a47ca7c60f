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
from evaluation.measures import patterns
from evaluation.measures.ladders import largest_rise
from evaluation.memory import nobody
from evaluation.seen import Seen, joined
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
        **_own_words(clean, "clean photos"),
    }
    by_name = {each.name: each for each in (*rungs(), *coverings())}
    for name in MISSED:
        found |= _missed(subject, by_name[name], few, clean)
    for name in LADDERS:
        found |= _climb(subject, [it for it in rungs() if it.ladder == name], few, clean)
    return found


def _missed(subject: Subject, condition: Condition, few: Few, clean: Seen) -> dict[str, float]:
    seen, masks = _shown(subject, condition, few, shots=PROBES)
    found = {f"FNMR: {condition.name}": float(np.mean(_genuine(seen, few, clean) < LINE))}
    if seen.patterns is not None and masks.any():
        found[f"top-1: {condition.name}"] = patterns.judge(seen.patterns, masks).top1
    return found | _own_words(seen, condition.name)


def _climb(subject: Subject, steps: list[Condition], few: Few, clean: Seen) -> dict[str, float]:
    seen = [_shown(subject, step, few, shots=SHOTS)[0] for step in steps]
    quality = np.array([each.quality.mean() for each in seen])
    return {
        f"quality on {steps[0].name}": float(quality[0]),
        f"quality on {steps[-1].name}": float(quality[-1]),
        f"similarity on {steps[-1].name}": float(_genuine(seen[-1], few, clean).mean()),
        f"rise of quality along {steps[0].ladder}": largest_rise(quality),
    }


def _own_words(seen: Seen, title: str) -> dict[str, float]:
    """What only a model says that judges itself."""
    found = {}
    if seen.uncertainty is not None:
        found[f"uncertainty of {title}, mean log"] = float(np.log(seen.uncertainty).mean())
    if seen.share is not None:
        found[f"share of {title}, mean"] = float(seen.share.mean())
    return found


def _shown(
    subject: Subject, condition: Condition, few: Few, *, shots: int
) -> tuple[Seen, NDArray[np.bool_]]:
    """All photos spoiled, shot after shot, and masks of what is covered."""
    made = [condition.spoil(few.crops, shot=shot) for shot in range(shots)]
    seen = joined([_see(subject, crops) for crops, _ in made])
    return seen, np.concatenate([masks for _, masks in made])


def _genuine(seen: Seen, few: Few, clean: Seen) -> Numbers:
    """Similarities of spoiled photos to clean ones of the same person.

    To other photos of that person; who is there once is compared with that one.
    """
    people = np.array(few.people)
    mated = people[:, None] == people[None]
    mated &= ~np.eye(len(people), dtype=np.bool_) | (mated.sum(axis=1) == 1)[:, None]
    mated = np.tile(mated, (len(seen.vectors) // len(people), 1))
    return np.asarray((seen.vectors @ clean.vectors.T)[mated], dtype=np.float64)


def _see(subject: Subject, crops: NDArray[np.uint8]) -> Seen:
    return subject.see(subject.outputs(crops, nobody))
