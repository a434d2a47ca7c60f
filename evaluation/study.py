"""Everything that a report looks at: the same for every model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation import lfw
from evaluation.lfw import Mated, Pairs
from evaluation.measures.bootstrap import People
from evaluation.memory import Memory
from evaluation.parts.mixed import Simple


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
    """Photos of `train/`, profiles left out. Who is there under two names has one."""

    aside: Pairs
    """Those of them whose people no fit saw, in mated pairs."""

    nonfaces: dict[str, NDArray[np.uint8]]
    """Crops by kind."""

    mated: Mated
    """Pairs of `pairs` that are compared."""

    simple: dict[str, Simple]
    """What is known of their mixed degradations without any of the models; by set."""

    memory: Memory


def numbered(*groups: list[str]) -> list[People]:
    """Numbers for names, the same in all groups."""
    numbers = lfw.people([name for group in groups for name in group])
    return np.split(numbers, np.cumsum([len(group) for group in groups])[:-1])
