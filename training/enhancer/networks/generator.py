"""The generator: estimates the detail that a small face had no pixels for.

ESRGAN's x4 network on crops that were enlarged already: blocks of 4 x 4 pixels become channels of a
28 x 28 map, as Real-ESRGAN does for smaller factors (Wang et al., ICCVW 2021). Faces have 14 to 56
pixels across, so nothing of them is lost there, and the blocks cost a sixteenth.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.enhancer.networks.film import parts
from training.enhancer.networks.rrdb import Rrdb, calm, silent


class Generator(nn.Module):
    """Says what to add to a crop."""

    def __init__(
        self, *, width: int = 32, blocks: int = 4, growth: int = 16, shrink: int = 4
    ) -> None:
        """Make one that adds nothing yet.

        Args:
            width: Channels of the blocks; ESRGAN has 64.
            blocks: How many; ESRGAN has 23.
            growth: Channels that each convolution of a block adds; ESRGAN has 32.
            shrink: Pixels along a side that become one place: 2, 4 or 8.
        """
        super().__init__()
        self.shrink = shrink
        self.widths = (width,) * blocks
        """Channels of the blocks: what an adapter must fit."""
        self.enter = nn.Conv2d(3 * shrink**2 + 1, width, 3, padding=1)
        self.blocks = nn.ModuleList(Rrdb(width, growth) for _ in range(blocks))
        self.join = nn.Conv2d(width, width, 3, padding=1)
        calm(self.join)
        self.enlarge = nn.ModuleList(
            nn.Conv2d(width, width, 3, padding=1) for _ in range(round(math.log2(shrink)))
        )
        self.refine = nn.Conv2d(width, width, 3, padding=1)
        self.out = silent(width, 3)

    def forward(self, crops: Tensor, scale: Tensor, adapter: Tensor | None = None) -> Tensor:
        """Estimate detail.

        Args:
            crops: Shape (n, 3, 112, 112), BGR, range [0, 1].
            scale: Shape (n,), source pixels per pixel of the crop.
            adapter: Shape (n, 2 * sum(widths)), or None for no camera's.

        Returns:
            Shape (n, 3, 112, 112): to be added.
        """
        small = functional.pixel_unshuffle(crops - 0.5, self.shrink)
        plane = scale[:, None, None, None].expand(-1, -1, *small.shape[2:])
        first = self.enter(torch.cat([small, plane], dim=1))
        maps = first
        for block, part in zip(self.blocks, parts(adapter, self.widths), strict=True):
            maps = block(maps, part)
        maps = first + self.join(maps)
        for conv in self.enlarge:
            larger = functional.interpolate(maps, scale_factor=2.0, mode="nearest")
            maps = functional.leaky_relu(conv(larger), 0.2)
        added: Tensor = self.out(functional.leaky_relu(self.refine(maps), 0.2))
        return added
