"""The gate: from the frozen backbone's summary to the share of the robust vector."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.rts.head import SUMMARY

CLOSED = 0.05
"""A smaller share is none: the robust branch is not even run."""


class Gate(nn.Module):
    """Starts closed, for the frozen branch is right about clean crops."""

    def __init__(self, *, hidden: int = 32, inputs: int = SUMMARY) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm1d(inputs, affine=False),
            nn.Linear(inputs, hidden),
            nn.PReLU(hidden),
            nn.Dropout(0.2),
            nn.Linear(hidden, 1),
        )
        out = self.layers[-1]
        assert isinstance(out, nn.Linear)  # noqa: S101  # as built above
        nn.init.constant_(out.bias, -2.0)

    def forward(self, summary: Tensor) -> Tensor:
        """Shares, shape (n,), range (0, 1)."""
        share: Tensor = torch.sigmoid(self.layers(summary)).squeeze(1)
        return share


def mixed(frozen: Tensor, robust: Tensor, share: Tensor) -> Tensor:
    """Both directions as one.

    Args:
        frozen: Shape (n, d), unit length.
        robust: Shape (n, d), unit length.
        share: Shape (n,), of the robust one.
    """
    both = (1 - share[:, None]) * frozen + share[:, None] * robust
    return functional.normalize(both)
