"""How an enhancer does on people whom no fit sees: clean references, spoiled probes.

False non-match rates at each recogniser's own line for one false match in a thousand between clean
crops, and false match rates at the same line, of probes as they came, denoised only and enhanced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from degradations.resolution import across_from_inter_eye
from evaluation.embedding import Vectors
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.recognisers import Recogniser
from training.enhancer.samples import tensors
from training.matching import Matched, References
from training.people import People
from training.spoiling import HARD, MILD, Severity, spoiled

PROBES = 200
"""Photos of each condition: the same ones in all."""

BINS = {"<= 8 px": (5.0, 8.0), "8-12 px": (8.0, 12.0), "12-16 px": (12.0, 16.0)} | {
    "16-24 px": (16.0, 24.0)
}
"""Between the eyes in the source."""

_BATCH = 25
_SEED = 7

Crops = NDArray[np.uint8]


def conditions() -> Mapping[str, Severity]:
    """Small faces in bins, with everything else that is bad; and crops that need no help."""
    hard = {
        name: replace(
            HARD, across=(across_from_inter_eye(low), across_from_inter_eye(high)), scene=0.0
        )
        for name, (low, high) in BINS.items()
    }
    return hard | {"mild": MILD}


class Trial:
    """Spoils the probes once; asks as often as there is a new state of an enhancer."""

    def __init__(
        self, people: People, recognisers: Sequence[Recogniser], *, probes: int = PROBES
    ) -> None:
        aside = np.flatnonzero(people.aside & ~people.profile)
        self._recognisers = recognisers
        chosen = np.random.default_rng(_SEED).permutation(len(aside))[:probes]
        self._photos = aside[chosen]
        self._persons = people.person[self._photos]
        self._references = [
            References(vectors=each, persons=people.person[aside], photos=aside)
            for each in _vectors(recognisers, people.crops[aside])
        ]
        """By recogniser: each has its own line."""
        self._probes: dict[str, tuple[Crops, NDArray[np.float32]]] = {}
        for name, severity in conditions().items():
            made = [
                spoiled(people.crops[aside[row]], np.random.default_rng([_SEED, row]), severity)
                for row in chosen
            ]
            scale = np.array([each.scale for each in made], np.float32)
            self._probes[name] = np.stack([each.crop for each in made]), scale
        self._raw = {
            name: _vectors(recognisers, crops) for name, (crops, _) in self._probes.items()
        }

    def run(
        self, enhancer: Enhancer, working: tuple[bool, bool] = (True, True)
    ) -> dict[str, Matched]:
        """Compare every probe with every reference but itself.

        Args:
            enhancer: In any mode; is left in it.
            working: Whether its denoiser and its generator take part.
        """
        before = enhancer.training
        enhancer.eval()
        found: dict[str, Matched] = {}
        for name, (crops, scale) in self._probes.items():
            denoised, enhanced = _enhanced(enhancer, crops, scale, working)
            looks = {
                "raw": self._raw[name],
                "denoised": _vectors(self._recognisers, denoised),
                "enhanced": _vectors(self._recognisers, enhanced),
            }
            for how, vectors in looks.items():
                for place, recogniser in enumerate(self._recognisers):
                    key = f"{name}: {how}, {recogniser.name}"
                    match = self._references[place].match
                    found[key] = match(vectors[place], self._persons, self._photos)
        enhancer.train(before)
        return found


@torch.no_grad()
def _vectors(recognisers: Sequence[Recogniser], crops: Crops) -> list[Vectors]:
    parts = [
        [each(tensors(list(crops[start : start + _BATCH]))).vectors.numpy() for each in recognisers]
        for start in range(0, len(crops), _BATCH)
    ]
    return [np.concatenate(each) for each in zip(*parts, strict=True)]


@torch.no_grad()
def _enhanced(
    enhancer: Enhancer, crops: Crops, scale: NDArray[np.float32], working: tuple[bool, bool]
) -> tuple[Crops, Crops]:
    """What is served: levels of 255 again."""
    denoise, resolve = working
    both: tuple[list[Crops], list[Crops]] = ([], [])
    for start in range(0, len(crops), _BATCH):
        rows = slice(start, start + _BATCH)
        found = enhancer(
            tensors(list(crops[rows])),
            torch.from_numpy(scale[rows]),
            denoise=denoise,
            resolve=resolve,
        )
        for kept, values in zip(both, (found.denoised, found.crops), strict=True):
            levels = (values.clamp(0.0, 1.0) * 255.0).round().to(torch.uint8)
            kept.append(levels.permute(0, 2, 3, 1).contiguous().numpy())
    denoised, enhanced = (np.concatenate(each) for each in both)
    return denoised, enhanced
