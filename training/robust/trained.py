"""The branch of a training's folder, with the running mean of its weights."""

from pathlib import Path

import torch

from training.backbone.shipped import load
from training.robust.model import RobustBranch


def trained(folder: Path) -> RobustBranch:
    """Read it, ready to be asked.

    Raises:
        FileNotFoundError: Nothing was trained there.
    """
    branch = RobustBranch(load())
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    branch.load_state_dict(state["mean"])
    return branch.eval()
