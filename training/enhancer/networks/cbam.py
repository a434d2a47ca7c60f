"""Attention to channels, then to places (CBAM; Woo et al., ECCV 2018)."""

import torch
from torch import Tensor, nn

_OPEN = 2.0
"""Of the sigmoids at the start: .88 of everything passes. Half of it, stage after stage, would
leave the last convolution nothing to work with."""

_LEAST = 4
"""Units between: with 16 channels the article's sixteenth would be one."""


class ChannelAttention(nn.Module):
    """Weighs channels by their mean and their peak, which go through the same two layers."""

    def __init__(self, channels: int, reduction: int = 8) -> None:
        """Make one.

        Args:
            channels: Of the maps.
            reduction: Channels per unit between; the article's 16 is for networks ten times as
                wide.
        """
        super().__init__()
        between = max(_LEAST, channels // reduction)
        self.shared = nn.Sequential(
            nn.Linear(channels, between), nn.ReLU(), nn.Linear(between, channels)
        )
        # It is heard twice.
        nn.init.constant_(self.shared[2].get_parameter("bias"), _OPEN / 2)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps of shape (n, c, h, w), each channel times its weight in (0, 1)."""
        told = self.shared(maps.mean((2, 3))) + self.shared(maps.amax((2, 3)))
        return maps * torch.sigmoid(told)[..., None, None]


class SpatialAttention(nn.Module):
    """Weighs places by the mean and the peak of all channels around them."""

    def __init__(self, side: int = 7) -> None:
        super().__init__()
        self.look = nn.Conv2d(2, 1, side, padding=side // 2)
        nn.init.constant_(self.look.get_parameter("bias"), _OPEN)

    def forward(self, maps: Tensor) -> Tensor:
        """Maps of shape (n, c, h, w), each place times its weight in (0, 1)."""
        summary = torch.cat([maps.mean(1, keepdim=True), maps.amax(1, keepdim=True)], dim=1)
        return maps * torch.sigmoid(self.look(summary))


class Cbam(nn.Sequential):
    """Channels first, as the article found best."""

    def __init__(self, channels: int) -> None:
        super().__init__(ChannelAttention(channels), SpatialAttention())
