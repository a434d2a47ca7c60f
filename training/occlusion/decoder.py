"""Looks at the pyramid and says which parts of the last map to trust.

Qiu et al., TPAMI 2021, on a small backbone. Deviation: the mask is in (0, 2) and begins as
ones, so that training starts from the unmasked network; the paper's is in (0, 1).
"""

import torch
from torch import Tensor, nn

from training.backbone.network import DIMENSION, Features

WIDTH = 64
"""Channels of the decoder."""


class MaskDecoder(nn.Module):
    """From the maps at 28, 14 and 7 to a mask of the last map, element by element."""

    def __init__(self, width: int = WIDTH, *, binary: bool = False) -> None:
        """Make one whose mask is all ones.

        Args:
            width: Channels.
            binary: 0 or 1 instead of the range between, learned straight through
                (Bengio et al., 2013): an ablation.
        """
        super().__init__()
        self.binary = binary
        self.from28 = nn.Conv2d(64, width, 1)
        self.from14 = nn.Conv2d(128, width, 1)
        self.from7 = nn.Conv2d(DIMENSION, width, 1)
        self.mix28 = nn.Sequential(
            nn.Conv2d(width, width, 3, stride=2, padding=1, groups=width, bias=False),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
        )
        self.mix14 = nn.Sequential(
            nn.Conv2d(width, width, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
        )
        self.shape7 = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.PReLU(width),
        )
        self.out = nn.Conv2d(width, DIMENSION, 1)
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None  # noqa: S101  # it was asked for
        nn.init.zeros_(self.out.bias)

    def forward(self, features: Features) -> Tensor:
        """Shape (n, 512, 7, 7), range (0, 2), or {0, 1} if binary."""
        at14 = self.from14(features.at14) + self.mix28(self.from28(features.at28))
        at7 = self.from7(features.last) + self.mix14(at14)
        soft = 2 * torch.sigmoid(self.out(self.shape7(at7)))
        return soft + ((soft >= 1).to(soft.dtype) - soft).detach() if self.binary else soft
