"""Fits an enhancer to one camera without a single clean picture of it.

Only the adapter's numbers move. Three questions need no reference:

- *Blind spots* (Batson and Royer, "Noise2Self", 2019): cells of the crop are hidden from the
  denoiser. Noise is the one thing that it cannot guess from around them, so the guess that fits the
  hidden pixels best is the clean one.
- *The camera's own noise again*: what the denoiser took from one shot is put onto what it made of
  another. That picture has a known answer, in this camera's own noise.
- *The same person*: such a picture, enhanced, should look to the recognisers like the enhanced
  shots of that person, all of them where there are several.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.enhancer import blind
from training.enhancer.frames import Shots
from training.enhancer.losses import charbonnier
from training.enhancer.networks.enhancer import Enhanced, Enhancer
from training.enhancer.recognisers import Recogniser

SAME = 0.45
"""Cosine of the served recogniser above which two shots are taken for one person's: the line that
source article 000 names for a match."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How it is fitted."""

    steps: int = 200
    size: int = 8
    rate: float = 3e-3
    identity: float = 0.1
    stay: float = 0.05
    """Weight of the adapter's own mean square: few shots must not say much."""

    seed: int = 11


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    values: Tensor
    """Shape (k,)."""

    before: float
    """What the three questions cost with zeros, on shots that the fit did not see."""

    after: float
    """With the adapter."""


class Questions:
    """What an adapter is asked."""

    def __init__(
        self, enhancer: Enhancer, recognisers: Sequence[Recogniser], identity: float
    ) -> None:
        """Ask about adapters of `enhancer`.

        Args:
            enhancer: Stands still from here on.
            recognisers: The served one first, for `SAME` is about its cosines.
            identity: Weight of the third question.
        """
        self._enhancer = enhancer.eval().requires_grad_(requires_grad=False)
        self._recognisers, self._identity = recognisers, identity

    def cost(self, shots: Shots, values: Tensor, generator: torch.Generator) -> Tensor:
        """All three about some shots, of an adapter's values (k,)."""
        rows = values.expand(len(shots), -1)
        with torch.no_grad():
            plain = self._enhancer(shots.crops, shots.scale)
            noise = (shots.crops - plain.denoised)[torch.randperm(len(shots), generator=generator)]
        noisy = (plain.denoised + noise).clamp(0.0, 1.0)
        again = self._enhancer(noisy, shots.scale, rows)
        return (
            self._blind(shots, rows, generator)
            + charbonnier(again.denoised, plain.denoised)
            + charbonnier(again.crops, plain.crops)
            + self._identity * self._apart(shots, plain, again)
        )

    def _blind(self, shots: Shots, rows: Tensor, generator: torch.Generator) -> Tensor:
        hidden = blind.cells(shots.scale, generator)
        shown = blind.filled(shots.crops, shots.scale, hidden)
        guess = self._enhancer(shown, shots.scale, rows, resolve=False).denoised
        apart = (guess - shots.crops).abs() * hidden
        missed: Tensor = apart.sum() / (3 * hidden.sum()).clamp(min=1)
        return missed

    def _apart(self, shots: Shots, plain: Enhanced, again: Enhanced) -> Tensor:
        with torch.no_grad():
            raw = self._recognisers[0](shots.crops).vectors
            same = (raw @ raw.T >= SAME).float().fill_diagonal_(1.0)
        parts = []
        for recogniser in self._recognisers:
            wanted = functional.normalize(same @ recogniser(plain.crops).vectors)
            seen = recogniser(again.crops.clamp(0.0, 1.0)).vectors
            parts.append((1 - (seen * wanted).sum(1)).mean() / recogniser.apart)
        return torch.stack(parts).mean()


def fit(
    enhancer: Enhancer, recognisers: Sequence[Recogniser], shots: Shots, how: Fit | None = None
) -> Outcome:
    """Fit an adapter to a camera's shots; every fifth of them is kept to judge it by.

    Raises:
        ValueError: There are fewer than ten shots.
    """
    ask = how or Fit()
    if len(shots) < 10:  # noqa: PLR2004  # eight to learn from, two to judge by
        raise ValueError(f"{len(shots)} faces are too few: at least ten")
    places = torch.arange(len(shots))
    seen, kept = shots.at(places[places % 5 != 0]), shots.at(places[places % 5 == 0])
    questions = Questions(enhancer, recognisers, ask.identity)
    values = torch.zeros(enhancer.adapter_size, requires_grad=True)
    optimizer = torch.optim.Adam([values], ask.rate)
    generator = torch.Generator().manual_seed(ask.seed)
    for _ in range(ask.steps):
        rows = torch.randperm(len(seen), generator=generator)[: ask.size]
        total = questions.cost(seen.at(rows), values, generator)
        optimizer.zero_grad()
        (total + ask.stay * values.square().mean()).backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
    found = values.detach()
    before, after = (
        _judged(questions, kept, each, ask.seed) for each in (torch.zeros_like(found), found)
    )
    return Outcome(found, before, after)


@torch.no_grad()
def _judged(questions: Questions, kept: Shots, values: Tensor, seed: int) -> float:
    # The same cells are hidden, and the same noise is put back, whatever the adapter.
    return float(questions.cost(kept, values, torch.Generator().manual_seed(seed + 1)))
