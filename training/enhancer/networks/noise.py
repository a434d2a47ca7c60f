"""How noisy a crop is, in levels of 255.

Immerkaer's estimate ("Fast noise variance estimation", 1996): the mean absolute answer of a mask
to which flat and sloping areas are nothing. It supposes that each pixel has noise of its own. Ours
was enlarged with the face, so that neighbours share it and the mask sees too little; edges, on the
other hand, look like noise to it. Both follow from the answers at several distances and from the
scale, so a small head corrects the formula by a factor. It begins as the formula.

A robust median would ignore edges better, but a median is a sort in ONNX, and the head does it.
"""

import math

import torch
from torch import Tensor, nn

_GAIN = math.sqrt(math.pi / 2) / 6.0
_BRIGHTNESS = [0.114, 0.587, 0.299]
"""Of blue, green and red (ITU-R BT.601)."""

DISTANCES = (1, 2, 4)
"""Pixels between the mask's taps: 4 is where the noise of a 28-px face differs again."""


class NoiseEstimate(nn.Module):
    """Standard deviation of the noise of brightness."""

    def __init__(self, units: int = 16) -> None:
        super().__init__()
        brightness = torch.tensor(_BRIGHTNESS).reshape(1, 3, 1, 1)
        self.register_buffer("brightness", brightness, persistent=False)
        out = nn.Linear(units, 1)
        nn.init.zeros_(out.weight)
        nn.init.zeros_(out.bias)
        self.head = nn.Sequential(nn.Linear(len(DISTANCES) + 1, units), nn.LeakyReLU(0.1), out)

    def forward(self, crops: Tensor, scale: Tensor) -> Tensor:
        """Judge crops.

        Args:
            crops: Shape (n, 3, 112, 112), BGR, range [0, 1].
            scale: Shape (n,), source pixels per pixel of the crop.

        Returns:
            Shape (n,), levels, range [0, 255].
        """
        found = torch.stack([self.answer(crops, distance) for distance in DISTANCES], dim=1)
        told = torch.cat([torch.log1p(found), torch.log(scale)[:, None]], dim=1)
        factor = torch.exp(self.head(told).squeeze(1).clamp(-3.0, 3.0))
        sigma: Tensor = found[:, 0] * factor
        return sigma.clamp(0.0, 255.0)

    def answer(self, crops: Tensor, distance: int = 1) -> Tensor:
        """Immerkaer's estimate at a distance: shape (n,), levels."""
        levels = 255.0 * (crops * self.get_buffer("brightness")).sum(1)
        # The mask is a second difference down and one across. As a convolution it would be
        # computed in bfloat16 in training, whose steps are as large as the noise.
        seen = _bent(_bent(levels, distance).transpose(1, 2), distance)
        return _GAIN * seen.abs().mean((1, 2))


def _bent(levels: Tensor, distance: int) -> Tensor:
    """Second difference along the last axis."""
    middle = levels[..., distance:-distance]
    return levels[..., : -2 * distance] - 2 * middle + levels[..., 2 * distance :]
