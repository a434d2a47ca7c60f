"""Residual-in-residual dense blocks (ESRGAN; Wang et al., ECCV 2018 workshops)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.enhancer.networks.film import adapted

_SHARE = 0.2
"""Of what a block finds, that is added to its input."""

_CALM = 0.1
"""Of the usual spread of new weights: deep stacks of blocks do not train without it."""


class Dense(nn.Module):
    """Five convolutions, each of which sees what all before it found."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            nn.Conv2d(width + step * growth, width if step == 4 else growth, 3, padding=1)  # noqa: PLR2004  # the last
            for step in range(5)
        )
        for conv in self.convs:
            calm(conv)

    def forward(self, maps: Tensor) -> Tensor:
        """Shape (n, width, h, w), as given."""
        seen = maps
        for conv in self.convs[:-1]:
            seen = torch.cat([seen, functional.leaky_relu(conv(seen), 0.2)], dim=1)
        found: Tensor = maps + _SHARE * self.convs[-1](seen)
        return found


class Rrdb(nn.Module):
    """Three of them, and a camera's adapter."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.dense = nn.Sequential(*(Dense(width, growth) for _ in range(3)))

    def forward(self, maps: Tensor, adapter: Tensor | None) -> Tensor:
        """Shape (n, width, h, w), as given."""
        return adapted(maps + _SHARE * self.dense(maps), adapter)


def silent(inputs: int, outputs: int) -> nn.Conv2d:
    """A last convolution that says nothing yet: what it ends begins as the identity."""
    conv = nn.Conv2d(inputs, outputs, 3, padding=1)
    for values in conv.parameters():
        nn.init.zeros_(values)
    return conv


def calm(conv: nn.Module) -> None:
    """Begin with small weights."""
    if isinstance(conv, nn.Conv2d) and conv.bias is not None:
        nn.init.kaiming_normal_(conv.weight, a=0.2)
        with torch.no_grad():
            conv.weight.mul_(_CALM)
        nn.init.zeros_(conv.bias)
