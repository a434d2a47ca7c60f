"""How much more others resemble a vector than they did: what raises false matches."""

import torch
from torch import Tensor
from torch.nn import functional

LINE = 0.345
"""Cosine below which a clean face is a stranger to a person's centre: the frozen model's line."""

SLACK = 0.22
"""Nepers: that many more false matches, a quarter, cost nothing."""

TAIL = 0.05
"""Cosine over which false matches grow by a factor of e, or somewhat less: of the frozen model they
grow tenfold from .43 to .345."""


def closer(near: Tensor, before: Tensor) -> Tensor:
    """Price of coming closer to strangers.

    Args:
        near: Shape (n, p): cosines of vectors with people's centres.
        before: Shape (n, p): those that the clean faces have.

    Returns:
        Shape (n,): the square of what the logarithm of false matches rose by, beyond `SLACK`.
    """
    others = before < LINE
    risen = _tail(near, others) - _tail(before, others)
    return functional.relu(risen - SLACK).square()


def _tail(cosines: Tensor, others: Tensor) -> Tensor:
    """Logarithm of how many photos of others would reach a line, but for a constant."""
    # No others at all, minus infinity, would end the training.
    return torch.logsumexp(cosines.masked_fill(~others, -1.0) / TAIL, 1)
