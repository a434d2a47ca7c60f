"""Hides parts of crops, for a denoiser to guess.

Hidden cells are a bit larger than the source's pixels: noise that was enlarged with the face is
shared by neighbours, and what shines through from beside a smaller cell would give it away.
"""

import torch
from torch import Tensor
from torch.nn import functional

_SHARE = 6
"""One of so many cells is hidden."""


def cells(scale: Tensor, generator: torch.Generator) -> Tensor:
    """Draw what is hidden.

    Args:
        scale: Shape (n,), source pixels per pixel of the crop.
        generator: On the processor.

    Returns:
        Shape (n, 1, 112, 112), bool.
    """
    hidden = []
    for side in sides(scale):
        count = -(-112 // side)
        drawn = torch.rand(1, 1, count, count, generator=generator) < 1 / _SHARE
        whole = drawn.repeat_interleave(side, 2).repeat_interleave(side, 3)
        hidden.append(whole[..., :112, :112])
    return torch.cat(hidden)


def filled(crops: Tensor, scale: Tensor, hidden: Tensor) -> Tensor:
    """Crops (n, 3, 112, 112) whose hidden pixels are the mean of the visible ones around."""
    parts = []
    for place, side in enumerate(sides(scale)):
        shown = (~hidden[place]).float()
        pooled = [
            functional.avg_pool2d(each[None], 2 * side + 1, stride=1, padding=side)
            for each in (crops[place] * shown, shown)
        ]
        parts.append(pooled[0] / pooled[1].clamp(min=1e-3))
    return torch.where(hidden, torch.cat(parts), crops)


def sides(scale: Tensor) -> list[int]:
    """Pixels along a side of a cell, by crop."""
    return [min(14, max(2, round(1.5 / each))) for each in scale.tolist()]
