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

    Set so that the distance to the clean crop's vector leads: of the gradients of the backbone
    its own is the longest. With ten times the weight on strangers the vectors of a first run
    kept away from everybody, their own people included.
    """

    identity: float = 0.02
    """CosFace against the centres of the people (Wang et al., CVPR 2018)."""

    strangers: float = 0.2
    """For resembling somebody else's centre more than the clean crop does: what would
    raise the false match rate."""

    pattern: float = 0.1
    """Cross-entropy of the occlusion pattern."""

    clean_mask: float = 0.05
    """For masking where nothing is covered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Crops as a camera spoils them, and what is known of them."""

    crops: Tensor
    """Shape (n, 3, 112, 112), normalised."""

    targets: Tensor
    """Shape (n, 512), unit length: the frozen model's vectors of the clean crops."""

    persons: Tensor
    """Shape (n,), int64: rows of the centres."""

    patterns: Tensor
    """Shape (n,), int64; 0 where nothing is covered, or `UNTOLD`."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the loss, unweighted, but for `total`."""

    total: Tensor
    distance: Tensor
    """1 - cosine to the clean crop's vector."""

    identity: Tensor
    strangers: Tensor
    pattern: Tensor
    clean_mask: Tensor

    def numbers(self) -> dict[str, float]:
        """For the log."""
        return {f.name: float(getattr(self, f.name).detach()) for f in fields(self)}


def loss(answer: Answer, batch: Batch, centres: Tensor, weights: Weights) -> Parts:
    """Weigh everything that is wrong with an answer.

    Args:
        answer: To `batch`.
        batch: What was shown.
        centres: Shape (p, 512), unit length: the people's mean directions.
        weights: What counts how much.
    """
    directions = functional.normalize(answer.raw.float())
    distance = (1 - (directions * batch.targets).sum(1)).mean()
    near, before = directions @ centres.T, batch.targets @ centres.T
    own = functional.one_hot(batch.persons, len(centres)).bool()
    closer = functional.relu(near - before.clamp(min=0)).masked_fill(own, 0.0)
    strangers = closer.square().sum(1).mean()
    identity = functional.cross_entropy(30.0 * (near - 0.35 * own.float()), batch.persons)
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
        + weights.identity * identity
        + weights.strangers * strangers
        + weights.pattern * pattern
        + weights.clean_mask * clean_mask
    )
    return Parts(total, distance, identity, strangers, pattern, clean_mask)
