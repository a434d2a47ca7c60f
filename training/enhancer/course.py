"""How long an enhancer is trained, how fast, and in which order."""

import math
from dataclasses import dataclass

ALL, DENOISE, RESOLVE = "all", "denoise", "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A training from its first step to its last."""

    steps: int
    size: int = 16
    """Crops in a batch."""

    rate: float = 1e-3
    """Highest learning rate: rises for a twentieth of the steps, falls by a cosine."""

    opening: int = 1500
    """Steps in which the denoiser learns alone, by pixels alone, before recognisers see what it
    makes. They cost a third, and what recognisers say is too loud to learn to denoise by: judged by
    them from the start, a denoiser left nearly all noise where it was."""

    parts: str = ALL
    """`ALL`, or for the ablations `DENOISE` or `RESOLVE` alone."""

    seed: int = 1
    """Of the samples. Weights get theirs before."""

    workers: int = 1
    precision: str = "bf16"
    """``bf16`` where the processor multiplies it, or ``fp32``."""

    keep_every: int = 100
    """Steps between two states on disk."""

    ask_every: int = 1000
    """Steps between two trials."""

    def __post_init__(self) -> None:
        if self.parts not in {ALL, DENOISE, RESOLVE}:
            raise ValueError(f"parts must be {ALL}, {DENOISE} or {RESOLVE}, not {self.parts!r}")

    def working(self, step: int) -> tuple[bool, bool]:
        """Whether the denoiser and the generator take part in a step."""
        if self.parts == RESOLVE:
            return False, True
        return True, self.parts == ALL and step >= self.opening

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        warm = max(1, self.steps // 20)
        if step < warm:
            return self.rate * (step + 1) / warm
        share = (step - warm) / max(1, self.steps - warm)
        return self.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))
