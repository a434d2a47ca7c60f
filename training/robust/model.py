"""The branch for spoiled crops: backbone, FROM's mask, and what the mask tells."""

from dataclasses import dataclass

from torch import Tensor, nn

from faces.patterns import GRID, rectangles
from training.backbone.network import MobileFaceNet
from training.occlusion.decoder import MaskDecoder
from training.occlusion.predictor import PatternPredictor


@dataclass(frozen=True, slots=True)
class Answer:
    """What the branch says of some crops; the first axis is the crop everywhere."""

    raw: Tensor
    """Shape (n, 512)."""

    mask: Tensor | None
    """Shape (n, 512, 7, 7), range (0, 2); None without a decoder."""

    patterns: Tensor | None
    """Logits, shape (n, p); None without a predictor."""


class RobustBranch(nn.Module):
    """With mask and predictor it is FROM; without them, plain fine-tuning, for ablations."""

    def __init__(
        self,
        backbone: MobileFaceNet,
        *,
        masked: bool = True,
        told: bool = True,
        binary: bool = False,
        grid: int = GRID,
    ) -> None:
        """Start from a trained backbone.

        Args:
            backbone: Is trained on from here; not copied.
            masked: With a mask of the last map.
            told: With the pattern predictor, which needs the mask.
            binary: With a mask of zeros and ones, for an ablation.
            grid: Cells along a side of the predictor's grid.
        """
        super().__init__()
        self.backbone = backbone
        self.grid = grid
        self.decoder = MaskDecoder(binary=binary) if masked else None
        self.predictor = PatternPredictor(len(rectangles(grid))) if masked and told else None

    def forward(self, crops: Tensor) -> Answer:
        """Crops of shape (n, 3, 112, 112), normalised, to all that is known of them."""
        features = self.backbone.features(crops)
        if self.decoder is None:
            return Answer(self.backbone.vectors(features.last), None, None)
        mask = self.decoder(features)
        patterns = self.predictor(mask) if self.predictor else None
        return Answer(self.backbone.vectors(features.last * mask), mask, patterns)
