"""What the robust branch is taught by."""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from training.robust.model import Answer
from training.strangers import closer

UNTOLD = -100
"""In place of a pattern, where none fits: the predictor is not taught by that crop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part counts.

    Compared on people kept aside, a hundred steps each from the same state. The distance alone
    leaves fewest false non-matches, and pays with false matches of a few coverings only, so what
    counts besides is what exceeds the limit. Dearer were: every change of likeness to anybody,
    which keeps all similarities of bad crops low, those to their own people included; a hinge on
    coming closer to each stranger; and CosFace against the people's centres, FROM's own loss,
    which learns 500 people by heart.
    """

    strangers: float = 0.05
    """For resembling others more than the clean face does, beyond a little
    (`training/strangers.py`)."""

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

    strangers: Tensor
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
    strangers = closer(directions @ centres.T, wanted @ centres.T).mean()
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
        + weights.strangers * strangers
        + weights.pattern * pattern
        + weights.clean_mask * clean_mask
    )
    return Parts(total, distance, strangers, pattern, clean_mask)
