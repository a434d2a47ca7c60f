"""The two halves of the served graph: what every crop gets, and what some get besides."""

from torch import Tensor, nn
from torch.nn import functional

from training.backbone.network import MobileFaceNet
from training.gate.network import Gate
from training.robust.model import RobustBranch
from training.rts.head import TemperatureHead, summarize, uncertainty


class Always(nn.Module):
    """The frozen backbone, how sure to be, and how much to trust the other branch."""

    def __init__(self, backbone: MobileFaceNet, head: TemperatureHead, gate: Gate) -> None:
        super().__init__()
        self.backbone, self.head, self.gate = backbone, head, gate

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Crops of shape (n, 3, 112, 112), normalised.

        Returns:
            Directions (n, 512) of unit length, magnitudes (n,), uncertainties (n,), and
            shares (n,) of the robust branch.
        """
        features = self.backbone.features(crops)
        raw = self.backbone.vectors(features.last)
        summary = summarize(features, raw)
        sure = uncertainty(self.head(summary))
        return functional.normalize(raw), raw.norm(dim=1), sure, self.gate(summary)


class Sometimes(nn.Module):
    """The robust branch."""

    def __init__(self, branch: RobustBranch) -> None:
        super().__init__()
        self.branch = branch

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Directions (n, 512) of unit length, and logits of occlusion patterns (n, p)."""
        answer = self.branch(crops)
        return functional.normalize(answer.raw), answer.patterns
