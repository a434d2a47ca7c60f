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
        """Make a gate.

        Args:
            hidden: Width of a layer between; 0 for a linear gate.
            inputs: Numbers in a summary.
        """
        super().__init__()
        self.hidden = hidden
        layers: list[nn.Module] = [nn.BatchNorm1d(inputs, affine=False), nn.Dropout(0.2)]
        if hidden:
            layers += [nn.Linear(inputs, hidden), nn.PReLU(hidden), nn.Dropout(0.2)]
        out = nn.Linear(hidden or inputs, 1)
        nn.init.constant_(out.bias, -3.0)
        self.layers = nn.Sequential(*layers, out)

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
