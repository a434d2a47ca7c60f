"""How a branch does on people whom no fit sees: clean references, spoiled probes.

False non-match rates at the frozen model's threshold for one false match in a thousand
between clean crops, and false match rates at the same threshold.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from degradations import Crop
from degradations.occlusions import Occluded
from evaluation.embedding import Vectors
from evaluation.measures.patterns import judge
from evaluation.probes import unit
from training.matching import Matched, References
from training.people import People
from training.robust.model import RobustBranch
from training.served import Served

Spoil = Callable[[Crop, np.random.Generator], Occluded]
"""What is seen of a clean crop, and what of it is covered."""

PROBES = 400
"""Photos of each condition: the same ones in all."""

_BATCH = 50
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates(Matched):
    """Of one condition."""

    top1: float | None
    """Share of the probes whose occlusion pattern is named; None without a predictor."""

    overlap: float | None
    """Mean intersection over union of the pattern named and the right one."""


class Trial:
    """Spoils the probes once; asks as often as there is a new state of a branch."""

    def __init__(self, people: People, conditions: Mapping[str, Spoil]) -> None:
        aside = np.flatnonzero(people.aside & ~people.profile)
        self._references = References(
            vectors=unit(people.raw[aside]), persons=people.person[aside], photos=aside
        )
        self.threshold = self._references.line
        """Cosine."""
        chosen = np.random.default_rng(_SEED).permutation(len(aside))[:PROBES]
        self._photos = aside[chosen]
        self._persons = people.person[self._photos]
        self._probes: dict[str, tuple[NDArray[np.uint8], NDArray[np.bool_]]] = {}
        for name, spoil in conditions.items():
            shown = [_shown(people.crops[aside[row]], spoil, row) for row in chosen]
            crops = np.stack([each.crop for each in shown])
            self._probes[name] = crops, np.stack([each.mask for each in shown])

    def run(self, branch: RobustBranch | Served) -> dict[str, Rates]:
        """Compare every probe with every reference but itself."""
        before = branch.training
        branch.eval()
        found = {name: self._rates(branch, *it) for name, it in self._probes.items()}
        branch.train(before)
        return found

    def _rates(
        self, branch: RobustBranch | Served, crops: NDArray[np.uint8], masks: NDArray[np.bool_]
    ) -> Rates:
        probes, logits = _answers(branch, crops)
        matched = self._references.match(probes, self._persons, self._photos)
        named = None if logits is None else judge(logits, masks, grid=branch.grid)
        return Rates(
            **asdict(matched),
            top1=named.top1 if named else None,
            overlap=named.overlap if named else None,
        )


def _shown(crop: Crop, spoil: Spoil, seed: int) -> Occluded:
    return spoil(crop, np.random.default_rng([_SEED, seed]))


@torch.no_grad()
def _answers(
    branch: RobustBranch | Served, crops: NDArray[np.uint8]
) -> tuple[Vectors, NDArray[np.float32] | None]:
    rows, logits = [], []
    for start in range(0, len(crops), _BATCH):
        pixels = torch.from_numpy(crops[start : start + _BATCH]).permute(0, 3, 1, 2)
        values = ((pixels.float() - 127.5) / 128.0).contiguous(memory_format=torch.channels_last)
        answer = branch(values)
        rows.append(functional.normalize(answer.raw.float()).numpy())
        if answer.patterns is not None:
            logits.append(answer.patterns.float().numpy())
    return np.concatenate(rows), np.concatenate(logits) if logits else None
