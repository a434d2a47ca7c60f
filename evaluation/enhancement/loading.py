"""The people of an examination: the test, or those kept aside, by whom things are chosen."""

from pathlib import Path

import numpy as np
from rich.progress import Progress

from evaluation import lfw, loading
from evaluation.aside import aside
from evaluation.cutting import Cutter
from evaluation.enhancement.stand import Ground
from evaluation.lfw import Mated, Pairs
from evaluation.memory import Memory
from evaluation.study import Named
from evaluation.subject import Subject

TEST, ASIDE = "test", "aside"
GROUNDS = {TEST: "LFW, folds 1 to 5", ASIDE: "people of train/ kept aside"}


def tested(photos: Pairs, mated: Mated, strangers: Named) -> Ground:
    """LFW; strangers are LFW's people who are in no pair."""
    return Ground(name=GROUNDS[TEST], photos=photos, mated=mated, strangers=strangers.crops)


def kept_aside(train: Named, photos: Pairs, probes: int) -> Ground:
    """People whom no fit saw; strangers are the others of `train/`, with one photo each.

    Nobody of LFW is among them: its distractors belong to the test.
    """
    people = lfw.people(train.names)
    others = np.flatnonzero(~aside(people))
    _, once = np.unique(people[others], return_index=True)
    return Ground(
        name=GROUNDS[ASIDE],
        photos=photos,
        mated=photos.mated(probes),
        strangers=train.crops[others[once]],
    )


def load(
    data: Path,
    models: Path,
    baseline: Subject,
    cache: Path,
    *,
    on: str,
    probes: int,
    progress: Progress,
) -> tuple[Ground, Memory]:
    """Read no more than one of the grounds needs.

    Args:
        data: The data folder.
        models: Folder of `models.toml`.
        baseline: Says who is in `train/` under two names.
        cache: For what takes minutes; may be deleted.
        on: `TEST` or `ASIDE`.
        probes: Mated pairs to use, at most.
        progress: Shows what is going on.

    Raises:
        FileNotFoundError: The data are not there.
    """
    memory = Memory(cache / "outputs")
    if on == ASIDE:
        loading.require(data, ["train/index.csv"])
        return kept_aside(*loading.train(data, baseline, memory, progress), probes), memory
    loading.require(data, ["lfw/pairs.csv", "distractors"])
    pairs, _ = lfw.load(data, Cutter(models), cache, progress)
    strangers = loading.distractors(data, progress)
    return tested(pairs, pairs.mated(probes), strangers), memory
