"""How a backbone is trained from nothing.

The usual recipe of margin losses (Deng et al., CVPR 2019): SGD with momentum .9 and weight decay
5e-4, not on norms and slopes; the rate rises for an epoch, then falls by a cosine.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to train."""

    loss: str = "arcface"
    """A key of `LOSSES`."""

    epochs: int = 24
    size: int = 128
    """Crops of a batch, on each processor."""

    rate: float = 0.1
    """Highest learning rate, for 512 crops a step; others in proportion."""

    workers: int = 2
    seed: int = 1

    def rate_at(self, progress: float, step_size: int) -> float:
        """The learning rate.

        Args:
            progress: Epochs done.
            step_size: Crops that all processors see in a step.
        """
        highest = self.rate * step_size / 512
        if progress < 1:
            return highest * progress
        share = (progress - 1) / max(1e-9, self.epochs - 1)
        return highest * 0.5 * (1 + math.cos(math.pi * min(1.0, share)))
