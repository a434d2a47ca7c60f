"""What callers get, in torch: both branches, mixed by the gate. For trials of the whole."""

import torch
from torch import Tensor, nn

from training.backbone.network import MobileFaceNet
from training.gate.network import CLOSED, Gate, mixed
from training.robust.model import Answer, RobustBranch
from training.rts.head import summarize


class Served(nn.Module):
    """Answers like a branch, so that a trial takes it for one."""

    def __init__(self, frozen: MobileFaceNet, robust: RobustBranch, gate: Gate) -> None:
        super().__init__()
        self.frozen, self.robust, self.gate = frozen, robust, gate
        self.grid = robust.grid

    def forward(self, crops: Tensor) -> Answer:
        """Crops of shape (n, 3, 112, 112), normalised; both branches look at all of them."""
        features = self.frozen.features(crops)
        raw = self.frozen.vectors(features.last)
        share = self.gate(summarize(features, raw))
        share = torch.where(share > CLOSED, share, 0.0)
        answer = self.robust(crops)
        unit = nn.functional.normalize
        both = mixed(unit(raw), unit(answer.raw), share)
        return Answer(both, answer.mask, answer.patterns)
