"""Keeps a training on disk, so that it goes on after whatever ends it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A file with everything that a training needs to go on."""

    path: Path

    def save(self, step: int, *, optimizer: Optimizer, **networks: nn.Module) -> None:
        """Replace the file in one move: it is whole at any time."""
        state: dict[str, Any] = {name: one.state_dict() for name, one in networks.items()}
        state |= {"step": step, "optimizer": optimizer.state_dict()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with fresh.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)  # noqa: PTH105  # Path.replace reads as text replacement

    def load(self, *, optimizer: Optimizer | None = None, **networks: nn.Module) -> int:
        """Give networks and optimizer their state back.

        Returns:
            Steps done; 0 if there is no file.
        """
        if not self.path.exists():
            return 0
        state = torch.load(self.path, weights_only=True, map_location="cpu")
        for name, network in networks.items():
            network.load_state_dict(state[name])
        if optimizer:
            optimizer.load_state_dict(state["optimizer"])
        step: int = state["step"]
        return step
