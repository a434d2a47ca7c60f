"""A whole examination of two made models, on made people."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.progress import Progress

from evaluation.ablations import Ablations
from evaluation.conditions import MIXTURES
from evaluation.cutting import Cutter
from evaluation.examination import Examined, examine
from evaluation.memory import Memory
from evaluation.parts import cost, mixed
from evaluation.parts.cost import Cost, Times
from evaluation.study import Named, Study
from tests import images, subjects

PROBES = 6


def times(each_ms: float, share: float | None = None) -> Times:
    return cost.of(np.full(4, each_ms), None if share is None else np.full(4, share))


COSTS = {
    "made": Cost(clean=times(5.0), spoiled=times(6.0)),
    "learned": Cost(clean=times(6.0, 0.0), spoiled=times(9.0, 0.5)),
}

ROWS = Ablations(columns=["clean", "top-1"], rows={"frozen": [0.031, None], "gated": [0.032, 0.7]})


def study() -> Study:
    pairs = subjects.people(PROBES, noise=2.5)
    mated, cutter = pairs.mated(PROBES), Cutter(Path("models"), threads=1)
    others = subjects.people(40, seed=6)
    return Study(
        pairs=pairs,
        pair_names=[f"pair {number}" for number in pairs.people],
        distractors=Named(crops=subjects.people(5, seed=7).crops, names=list("abcdefghij")),
        train=Named(crops=others.crops, names=[f"train {number}" for number in others.people]),
        aside=subjects.people(24, seed=8, noise=2.5),
        nonfaces={"noise": np.stack([images.noise(112, 112, seed=n) for n in range(6)])},
        mated=mated,
        simple={name: mixed.simple(name, pairs, mated, cutter, Memory(None)) for name in MIXTURES},
        memory=Memory(None),
    )


def made(folder: Path) -> list[Examined]:
    """A plain model as the baseline, and one that judges itself; their files are in `folder`."""
    seen, found = study(), []
    for name, learned in (("made", False), ("learned", True)):
        place = folder / name
        place.mkdir()
        subject = replace(subjects.made(place, learned=learned), name=name)
        found.append(examine(subject, seen, Progress(disable=True)))
    return found
