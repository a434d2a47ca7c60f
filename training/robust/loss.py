"""What the robust branch is taught by."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from training.robust.model import Answer

UNTOLD = -100
"""In place of a pattern, where none fits: the predictor is not taught by that crop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part counts.

    Compared on people kept aside, a hundred steps each from the same state. Between 0 and .2 the
    weight on likeness moves along one curve, from fewer false non-matches to fewer false matches;
    .1 lies where the false match rate stays within its limit. CosFace against the people's
    centres, FROM's own loss, is left out: 500 people are learned by heart. So is a hinge on coming
    closer to strangers only, which lies above that curve.
    """

    likeness: float = 0.1
    """For being more, or less, like anybody than the clean face is: squares of differences of
    cosines, summed over the people's centres. They say which parts of a vector tell people
    apart."""

    pattern: float = 0.1
    """Cross-entropy of the occlusion pattern."""

    clean_mask: float = 0.05
    """For masking where nothing is covered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops as a camera spoils them, and what is known of them."""

    crops: Tensor
    """Shape (n, 3, 112, 112), normalised."""

    faces: Tensor
    """Shape (m, 3, 112, 112), normalised: the same before they were spoiled."""

    of: Tensor
    """Shape (n,), int64: which face each crop shows."""

    patterns: Tensor
    """Shape (n,), int64; 0 where nothing is covered, or `UNTOLD`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the loss, unweighted, but for `total`."""

    total: Tensor
    distance: Tensor
    """1 - cosine to the clean crop's vector."""

    likeness: Tensor
    pattern: Tensor
    clean_mask: Tensor

    def numbers(self) -> dict[str, float]:
        """For the log."""
        return {f.name: float(getattr(self, f.name).detach()) for f in fields(self)}


def loss(answer: Answer, batch: Batch, targets: Tensor, centres: Tensor, weights: Weights) -> Parts:
    """Weigh everything that is wrong with an answer.

    Args:
        answer: To `batch`.
        batch: What was shown.
        targets: Shape (m, 512), unit length: the frozen model's vectors of the faces.
        centres: Shape (p, 512), unit length: the people's mean directions.
        weights: What counts how much.
    """
    directions = functional.normalize(answer.raw.float())
    wanted = targets[batch.of]
    distance = (1 - (directions * wanted).sum(1)).mean()
    likeness = ((directions - wanted) @ centres.T).square().sum(1).mean()
    none = torch.zeros(())
    pattern, clean_mask = none, none
    # Of no crop at all the mean is no number.
    if answer.patterns is not None and (batch.patterns != UNTOLD).any():
        pattern = functional.cross_entropy(
            answer.patterns.float(), batch.patterns, ignore_index=UNTOLD
        )
    clear = batch.patterns == 0
    if answer.mask is not None and clear.any():
        clean_mask = (answer.mask[clear].float() - 1).square().mean()
    total = (
        distance
        + weights.likeness * likeness
        + weights.pattern * pattern
        + weights.clean_mask * clean_mask
    )
    return Parts(total, distance, likeness, pattern, clean_mask)
