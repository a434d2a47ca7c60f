"""Fits an enhancer to one camera without a single clean picture of it.

Only the adapter's numbers move. Three questions need no reference:

- *Blind spots* (Batson and Royer, "Noise2Self", 2019): cells of the crop are hidden from the denoiser
  and filled from around; noise is the one thing that it cannot guess there, so the guess that fits
  the hidden pixels best is the clean one. Cells are larger than the source's pixels: noise that was
  enlarged with the face is shared by neighbours.
- *The camera's own noise again*: what the denoiser took from one shot is put onto what it made of
  another. That picture has a known answer, in this camera's own noise.
- *The same person*: an enhanced shot should not lie further from other shots of that person, as the
  recognisers see them, than it must.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.enhancer.frames import Shots
from training.enhancer.losses import charbonnier
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.recognisers import Recogniser

SAME = 0.45
"""Cosine of the served recogniser above which two shots are taken for one person's: the line that
source article 000 names for a match."""

_SHARE = 6
"""One of so many cells of a row is hidden."""


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
    enhancer.eval().requires_grad_(requires_grad=False)
    values = torch.zeros(enhancer.adapter_size, requires_grad=True)
    optimizer = torch.optim.Adam([values], ask.rate)
    generator = torch.Generator().manual_seed(ask.seed)
    before = float(cost(enhancer, recognisers, kept, values.detach(), ask, _fixed(ask)))
    for _ in range(ask.steps):
        rows = torch.randperm(len(seen), generator=generator)[: ask.size]
        total = cost(enhancer, recognisers, seen.at(rows), values, ask, generator)
        optimizer.zero_grad()
        (total + ask.stay * values.square().mean()).backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
    found = values.detach()
    return Outcome(found, before, float(cost(enhancer, recognisers, kept, found, ask, _fixed(ask))))


def cost(
    enhancer: Enhancer,
    recognisers: Sequence[Recogniser],
    shots: Shots,
    values: Tensor,
    how: Fit,
    generator: torch.Generator,
) -> Tensor:
    """All three questions about some shots, with an adapter's values, (k,)."""
    rows = values.expand(len(shots), -1)
    hidden = _cells(shots, generator)
    blind = torch.where(hidden, _around(shots, hidden), shots.crops)
    guess = enhancer(blind, shots.scale, rows, resolve=False).denoised
    apart = (guess - shots.crops).abs() * hidden
    total = apart.sum() / (3 * hidden.sum()).clamp(min=1)
    with torch.no_grad():
        plain = enhancer(shots.crops, shots.scale)
        noise = (shots.crops - plain.denoised)[torch.randperm(len(shots), generator=generator)]
    again = enhancer((plain.denoised + noise).clamp(0.0, 1.0), shots.scale, rows)
    total = total + charbonnier(again.denoised, plain.denoised)
    total = total + charbonnier(again.crops, plain.crops)
    for recogniser in recognisers:
        wanted = _persons(recogniser(shots.crops).vectors, recogniser(plain.crops).vectors)
        cosine = (recogniser(again.crops.clamp(0.0, 1.0)).vectors * wanted).sum(1)
        share = how.identity / (len(recognisers) * recogniser.apart)
        total = total + share * (1 - cosine).mean()
    return total


def _persons(raw: Tensor, enhanced: Tensor) -> Tensor:
    """What each shot should look like: (n, d), the mean of all shots of its person."""
    near = raw @ raw.T
    same = (near >= SAME).float()
    same.fill_diagonal_(1.0)
    return functional.normalize(same @ (raw + enhanced))


def _cells(shots: Shots, generator: torch.Generator) -> Tensor:
    """Which pixels are hidden, (n, 1, 112, 112): squares a bit larger than the source's pixels."""
    hidden = []
    for scale in shots.scale.tolist():
        side = _side(scale)
        count = -(-112 // side)
        drawn = torch.rand(1, 1, count, count, generator=generator) < 1 / _SHARE
        whole = functional.interpolate(drawn.float(), scale_factor=float(side), mode="nearest")
        hidden.append(whole[..., :112, :112] > 0)
    return torch.cat(hidden)


def _around(shots: Shots, hidden: Tensor) -> Tensor:
    """The mean of the visible pixels near each pixel: (n, 3, 112, 112)."""
    parts = []
    for place, scale in enumerate(shots.scale.tolist()):
        reach = _side(scale)
        size = 2 * reach + 1
        shown = (~hidden[place]).float()
        pooled = [
            functional.avg_pool2d(each[None], size, 1, reach, count_include_pad=True)
            for each in (shots.crops[place] * shown, shown)
        ]
        parts.append(pooled[0] / pooled[1].clamp(min=1e-3))
    return torch.cat(parts)


def _side(scale: float) -> int:
    return min(14, max(2, round(1.5 / scale)))


def _fixed(how: Fit) -> torch.Generator:
    return torch.Generator().manual_seed(how.seed + 1)
