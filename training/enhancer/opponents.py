"""What GPU users may put beside the loss: an adversary that learns along, and VGG."""

from pathlib import Path

import torch
from torch import Tensor, nn

from training.checkpoint import Checkpoint
from training.enhancer.adversary import Adversary, rather
from training.enhancer.vgg import Vgg

_RATE = 1e-4


class Opponents:
    """Either, or both."""

    def __init__(
        self, folder: Path, *, adversary: float = 0.0, vgg: Vgg | None = None, likeness: float = 0.0
    ) -> None:
        """Begin, or go on with what `folder` holds.

        Args:
            folder: Of the training.
            adversary: Weight of the relativistic loss; 0 for none.
            vgg: Network of the likeness.
            likeness: Its weight.
        """
        self._share, self._vgg, self._likeness = adversary, vgg, likeness
        self._adversary = Adversary() if adversary else None
        self._checkpoint = Checkpoint(folder / "adversary.pt")
        if self._adversary:
            self._optimizer = torch.optim.AdamW(self._adversary.parameters(), _RATE)
            self._checkpoint.load(optimizer=self._optimizer, adversary=self._adversary)

    def against(self, crops: Tensor, clean: Tensor) -> Tensor:
        """What they hold against enhanced crops, weighted; both (n, 3, 112, 112), BGR."""
        total = crops.new_zeros(())
        if self._adversary:
            self._adversary.requires_grad_(requires_grad=False)
            judged, real = self._adversary(crops), self._adversary(clean)
            total = total + self._share * rather(judged, real)
            self._adversary.requires_grad_(requires_grad=True)
        if self._vgg:
            total = total + self._likeness * self._vgg(crops.clamp(0.0, 1.0), clean)
        return total

    def learn(self, crops: Tensor, clean: Tensor) -> None:
        """Let the adversary learn from what it was just shown."""
        if not self._adversary:
            return
        self._optimizer.zero_grad(set_to_none=True)
        rather(self._adversary(clean), self._adversary(crops)).backward()  # type: ignore[no-untyped-call]  # torch's own
        nn.utils.clip_grad_norm_(self._adversary.parameters(), 1.0)
        self._optimizer.step()

    def keep(self, step: int) -> None:
        """Put the adversary on disk."""
        if self._adversary:
            self._checkpoint.save(step, optimizer=self._optimizer, adversary=self._adversary)
