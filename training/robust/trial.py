"""How a branch does on people whom no fit sees: clean references, spoiled probes.

False non-match rates at the frozen model's threshold for one false match in a thousand
between clean crops, and false match rates at the same threshold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from evaluation.crops import Crop
from evaluation.embedding import Vectors
from evaluation.probes import unit
from evaluation.scores import pair_scores
from training.people import People
from training.robust.model import RobustBranch

Spoil = Callable[[Crop, np.random.Generator], Crop]

PROBES = 400
"""Photos of each condition: the same ones in all."""

_BATCH = 50
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Of one condition."""

    fnmr: float
    """False non-match rate."""

    fmr: float
    """False match rate."""

    cosine: float
    """Mean of genuine comparisons."""


class Trial:
    """Spoils the probes once; asks as often as there is a new state of a branch."""

    def __init__(self, people: People, conditions: Mapping[str, Spoil]) -> None:
        aside = np.flatnonzero(people.aside & ~people.profile)
        self._references: Vectors = unit(people.raw[aside, 0])
        self._persons = people.person[aside]
        scores = pair_scores(self._references, self._persons)
        self.threshold = scores.threshold(1e-3)
        """Cosine."""
        chosen = np.random.default_rng(_SEED).permutation(len(aside))[:PROBES]
        self._chosen = chosen
        self._probes = {
            name: np.stack([_spoiled(people.crops[aside[row]], spoil, row) for row in chosen])
            for name, spoil in conditions.items()
        }

    def run(self, branch: RobustBranch) -> dict[str, Rates]:
        """Compare every probe with every reference but itself."""
        branch.eval()
        found = {name: self._rates(_vectors(branch, it)) for name, it in self._probes.items()}
        branch.train()
        return found

    def _rates(self, probes: Vectors) -> Rates:
        cosine = probes @ self._references.T
        same = self._persons[self._chosen][:, None] == self._persons[None]
        itself = self._chosen[:, None] == np.arange(len(self._references))[None]
        genuine, impostor = cosine[same & ~itself], cosine[~same]
        return Rates(
            fnmr=float((genuine < self.threshold).mean()),
            fmr=float((impostor >= self.threshold).mean()),
            cosine=float(genuine.mean()),
        )


def _spoiled(crop: Crop, spoil: Spoil, seed: int) -> Crop:
    return spoil(crop, np.random.default_rng([_SEED, seed]))


@torch.no_grad()
def _vectors(branch: RobustBranch, crops: NDArray[np.uint8]) -> Vectors:
    rows = []
    for start in range(0, len(crops), _BATCH):
        pixels = torch.from_numpy(crops[start : start + _BATCH]).permute(0, 3, 1, 2)
        values = ((pixels.float() - 127.5) / 128.0).contiguous(memory_format=torch.channels_last)
        rows.append(functional.normalize(branch(values).raw.float()).numpy())
    return np.concatenate(rows)
