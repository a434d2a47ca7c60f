"""The denoiser: a U-Net of three levels with attention, told how much noise to expect.

The map of the noise level is an input of its own, as in FFDNet (Zhang et al., 2018), and what is
predicted is the noise, as in DnCNN (Zhang et al., 2017): a network that says nothing changes
nothing.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.enhancer.networks.cbam import Cbam
from training.enhancer.networks.film import adapted, parts
from training.enhancer.networks.rrdb import silent

LEVELS = 3

_STRONG = 50.0
"""Levels of noise that are one in the network's map."""


class Stage(nn.Module):
    """Two convolutions, a camera's adapter, attention."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.path = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.LeakyReLU(0.1),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.LeakyReLU(0.1),
        )
        for conv in (self.path[0], self.path[2]):
            nn.init.kaiming_normal_(conv.get_parameter("weight"), a=0.1)
        self.attention = Cbam(outputs)

    def forward(self, maps: Tensor, adapter: Tensor | None) -> Tensor:
        """Shape (n, inputs, h, w) to (n, outputs, h, w)."""
        attended: Tensor = self.attention(adapted(self.path(maps), adapter))
        return attended


class Denoiser(nn.Module):
    """Says what of a crop is noise."""

    def __init__(self, width: int = 16) -> None:
        """Make one that finds no noise yet.

        Args:
            width: Channels at full size; they double with each level.
        """
        super().__init__()
        wide = [width << level for level in range(LEVELS)]
        self.widths = (*wide, *wide[-2::-1])
        """Channels of the stages, in order: what an adapter must fit."""
        self.inward = nn.ModuleList(
            Stage(5 if level == 0 else channels, channels) for level, channels in enumerate(wide)
        )
        self.reduce = nn.ModuleList(
            nn.Conv2d(channels, 2 * channels, 2, stride=2) for channels in wide[:-1]
        )
        self.enlarge = nn.ModuleList(
            nn.Conv2d(2 * channels, channels, 1) for channels in wide[-2::-1]
        )
        self.outward = nn.ModuleList(Stage(2 * channels, channels) for channels in wide[-2::-1])
        self.out = silent(width, 3)

    def forward(
        self, crops: Tensor, noise: Tensor, scale: Tensor, adapter: Tensor | None = None
    ) -> Tensor:
        """Find the noise.

        Args:
            crops: Shape (n, 3, 112, 112), BGR, range [0, 1].
            noise: Shape (n,), levels of 255.
            scale: Shape (n,), source pixels per pixel of the crop.
            adapter: Shape (n, 2 * sum(widths)), or None for no camera's.

        Returns:
            Shape (n, 3, 112, 112): to be subtracted.
        """
        told = torch.stack([noise / _STRONG, scale], dim=1)[..., None, None]
        maps = torch.cat([crops - 0.5, told.expand(-1, -1, *crops.shape[2:])], dim=1)
        each = iter(parts(adapter, self.widths))
        kept = []
        for stage, reduce in zip(self.inward, [*self.reduce, None], strict=True):
            maps = stage(maps, next(each))
            if reduce is not None:
                kept.append(maps)
                maps = reduce(maps)
        for enlarge, stage in zip(self.enlarge, self.outward, strict=True):
            larger = functional.interpolate(enlarge(maps), scale_factor=2.0, mode="nearest")
            maps = stage(torch.cat([kept.pop(), larger], dim=1), next(each))
        found: Tensor = self.out(maps)
        return found
