"""Tells the occlusion pattern by the mask alone, so that the mask must show it."""

from torch import Tensor, nn

from training.backbone.network import DIMENSION

_CHANNELS = 32
_CELLS = 7 * 7


class PatternPredictor(nn.Module):
    """A mask's channels, cell by cell, to a few, and all cells to a pattern."""

    def __init__(self, patterns: int) -> None:
        """Predict one of `patterns` (`faces.patterns.rectangles`)."""
        super().__init__()
        self.cells = nn.Sequential(
            nn.Conv2d(DIMENSION, _CHANNELS, 1, bias=False),
            nn.BatchNorm2d(_CHANNELS),
            nn.PReLU(_CHANNELS),
        )
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(_CHANNELS * _CELLS, patterns)

    def forward(self, mask: Tensor) -> Tensor:
        """Shape (n, 512, 7, 7), range (0, 2), to logits of shape (n, patterns)."""
        logits: Tensor = self.out(self.drop(self.cells(mask - 1).flatten(1)))
        return logits
