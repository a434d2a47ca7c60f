"""What an enhancer is taught by: pixels where they count, and who it is above all."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional

from faces.alignment import LEFT_EYE, RIGHT_EYE, TEMPLATE
from training.enhancer.networks.enhancer import Enhanced
from training.enhancer.recognisers import Look, Recogniser
from training.enhancer.samples import Pairs

SIDES = (14, 20, 28, 42, 56, 84)
"""Pixels across at which downscaled crops are compared."""

_SOFT = 1e-3
"""Where the pixel loss turns from square to absolute (Charbonnier)."""

_FREE = 0.01
"""Where the price of invented detail does the same. A price that is absolute from the start keeps a
generator silent that begins so: its first words cost six times what they could gain."""

_EYES, _MARGIN = 2.0, (10.0, 9.0)
"""Weight of the eye region, and how far beyond the eyes' centres it goes: across, down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part counts."""

    pixels: float = 1.0
    denoised: float = 0.5
    identity: float = 1.0
    strangers: float = 0.1
    """Its gradient was twice that of identity with .5 (16 crops, new networks)."""
    perceptual: float = 0.05
    consistency: float = 1.0
    noise: float = 0.05


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the loss, unweighted, but for `total`."""

    total: Tensor
    pixels: Tensor
    """Charbonnier between the enhanced and the clean crop, eyes twice."""

    denoised: Tensor
    """The same of the crop before detail was added."""

    identity: Tensor
    """1 - cosine to the clean crop's vector, in units of two people's distance; mean of the
    recognisers."""

    strangers: Tensor
    """For coming closer to other people's clean crops than one's own clean crop is."""

    perceptual: Tensor
    """Between the recognisers' maps."""

    consistency: Tensor
    """Of added detail: what of it the source had pixels for, and did not show."""

    noise: Tensor
    """Of the estimate, in logarithms."""

    def numbers(self) -> dict[str, float]:
        """For the log."""
        return {f.name: float(getattr(self, f.name).detach()) for f in fields(self)}


def loss(
    found: Enhanced, pairs: Pairs, recognisers: Sequence[Recogniser], weights: Weights
) -> Parts:
    """Weigh everything that is wrong with enhanced crops.

    Args:
        found: Made of `pairs`.
        pairs: Spoiled and clean crops.
        recognisers: Whose opinions count alike; what they say of clean crops is asked here.
        weights: What counts how much.
    """
    identity, strangers, perceptual = (torch.zeros(()) for _ in range(3))
    for recogniser in recognisers:
        with torch.no_grad():
            clean = recogniser(pairs.clean)
        # A recogniser is shown what a display would show.
        seen = recogniser(found.crops.clamp(0.0, 1.0))
        identity = identity + distance(seen, clean, recogniser.apart) / len(recognisers)
        closer = nearer(seen, clean, pairs.persons, recogniser.apart)
        strangers = strangers + closer / len(recognisers)
        perceptual = perceptual + unlike(seen.maps, clean.maps) / len(recognisers)
    parts = {
        "pixels": charbonnier(found.crops, pairs.clean),
        "denoised": charbonnier(found.denoised, pairs.clean),
        "identity": identity,
        "strangers": strangers,
        "perceptual": perceptual,
        "consistency": invented(found.crops - found.denoised, pairs.scale),
        "noise": misjudged(found.noise, pairs.noise),
    }
    total = torch.stack([getattr(weights, name) * part for name, part in parts.items()]).sum()
    return Parts(total, **parts)


def charbonnier(one: Tensor, other: Tensor) -> Tensor:
    """Mean of sqrt(d^2 + e^2) - e over crops of shape (n, 3, 112, 112), eyes twice."""
    apart = _charged(one - other, _SOFT)
    return (apart * eyes().to(apart.device)).mean()


def _charged(values: Tensor, soft: float) -> Tensor:
    return torch.sqrt(values.square() + soft**2) - soft


def eyes() -> Tensor:
    """Weights of pixels, shape (112, 112), mean 1: around the eyes twice those elsewhere."""
    right, left = torch.from_numpy(TEMPLATE)[[RIGHT_EYE, LEFT_EYE]]
    rows, columns = torch.meshgrid(torch.arange(112.0), torch.arange(112.0), indexing="ij")
    across = (columns >= right[0] - _MARGIN[0]) & (columns <= left[0] + _MARGIN[0])
    down = (rows - (right[1] + left[1]) / 2).abs() <= _MARGIN[1]
    weights = torch.where(across & down, _EYES, 1.0)
    return weights / weights.mean()


def distance(seen: Look, clean: Look, apart: float) -> Tensor:
    """1 - cosine, mean over crops; two people are about 1 apart."""
    return (1 - (seen.vectors * clean.vectors).sum(1)).mean() / apart


def nearer(seen: Look, clean: Look, persons: Tensor, apart: float) -> Tensor:
    """Hinge on resemblance to the batch's other people, above that of one's own clean crop."""
    before = clean.vectors @ clean.vectors.T
    closer = functional.relu(seen.vectors @ clean.vectors.T - before.clamp(min=1 - apart)) / apart
    others = persons[:, None] != persons[None]
    return (closer.square() * others).sum(1).mean()


def unlike(seen: Sequence[Tensor], clean: Sequence[Tensor]) -> Tensor:
    """Mean absolute difference of maps, each channel in units of its own spread."""
    parts = [
        ((one - other).abs() / (other.std((0, 2, 3), keepdim=True) + 1e-3)).mean()
        for one, other in zip(seen, clean, strict=True)
    ]
    return torch.stack(parts).mean()


def invented(added: Tensor, scale: Tensor) -> Tensor:
    """What is left of added detail in the source's own pixels: it should be nothing.

    Args:
        added: Shape (n, 3, 112, 112).
        scale: Shape (n,), source pixels per pixel of the crop.
    """
    sides = torch.tensor(SIDES, device=scale.device)
    # A little fewer pixels than the source has: in those there is certainly nothing to add.
    rung = (torch.searchsorted(sides, scale * 112.0 + 0.5) - 1).clamp(min=0)
    parts = [
        _charged(functional.adaptive_avg_pool2d(added[rung == place], side), _FREE).mean((1, 2, 3))
        for place, side in enumerate(SIDES)
    ]
    return torch.cat(parts).mean()


def misjudged(found: Tensor, known: Tensor) -> Tensor:
    """Of noise levels (n,): mean difference of logarithms where the truth is known."""
    told = known.isfinite()
    if not told.any():
        return found.new_zeros(())
    return functional.smooth_l1_loss(torch.log1p(found[told]), torch.log1p(known[told]))
