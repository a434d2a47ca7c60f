"""The relativistic GAN of ESRGAN, for GPUs: sharper to the eye, and not what is served.

It is switched on by a weight (`--adversary`), was not run here beyond its tests, and is never the
default: what an adversary finds plausible is a face of the training set, hence a stranger's.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm


class Adversary(nn.Module):
    """Judges patches: logits of "rather real"."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        widths = (3, width, 2 * width, 4 * width, 4 * width)
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise(widths):
            layers += [
                spectral_norm(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)),
                nn.LeakyReLU(0.2),
            ]
        self.layers = nn.Sequential(*layers, nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, crops: Tensor) -> Tensor:
        """Shape (n, 3, 112, 112) to (n, 1, 7, 7)."""
        judged: Tensor = self.layers(crops)
        return judged


def rather(these: Tensor, those: Tensor) -> Tensor:
    """Relativistic average loss (Jolicoeur-Martineau, 2019): that `these` look more real.

    Args:
        these: Logits that should lie above the mean of `those`.
        those: Logits that should lie below the mean of `these`.
    """
    above = functional.binary_cross_entropy_with_logits(
        these - those.mean(), torch.ones_like(these)
    )
    below = functional.binary_cross_entropy_with_logits(
        those - these.mean(), torch.zeros_like(those)
    )
    return (above + below) / 2
