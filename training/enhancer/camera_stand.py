"""Adapters before people whose faces no adapter is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from evaluation.embedding import Vectors
from training.enhancer.cameras import MadeCamera
from training.enhancer.frames import Shots
from training.enhancer.networks.enhancer import Enhancer
from training.enhancer.recognisers import Recogniser
from training.enhancer.samples import tensors
from training.matching import Matched, References
from training.people import People

PROBES = 400
_BATCH = 25
_SEED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One camera."""

    raw: Matched
    plain: Matched
    """Enhanced without an adapter."""

    adapted: Matched


class Stand:
    """People whose faces no adapter is made of, as a camera sees them."""

    def __init__(
        self,
        people: People,
        enhancer: Enhancer,
        judges: Sequence[Recogniser],
        photos: NDArray[np.int64],
    ) -> None:
        """Draw the line on clean photos.

        Args:
            people: All of them.
            enhancer: Trained.
            judges: The served one first: it alone compares.
            photos: Shape (n,), frontal; the first `PROBES` are photographed.
        """
        self.enhancer, self._judge, self._people = enhancer, judges[0], people
        self._probes = photos[:PROBES]
        vectors = _vectors(self._judge, tensors(list(people.crops[photos])))
        self._references = References(vectors=vectors, persons=people.person[photos], photos=photos)

    def compare(self, camera: MadeCamera, values: Tensor) -> Compared:
        """Photograph the probes; compare them as they came and enhanced, without and with `values`.

        Args:
            camera: Theirs.
            values: Shape (k,): of its adapter.
        """
        shots = camera.shots(list(self._people.crops[self._probes]), seed=_SEED)
        return Compared(
            raw=self._match(shots.crops),
            plain=self._match(_enhanced(self.enhancer, shots, torch.zeros_like(values))),
            adapted=self._match(_enhanced(self.enhancer, shots, values)),
        )

    def _match(self, crops: Tensor) -> Matched:
        vectors = _vectors(self._judge, crops)
        return self._references.match(vectors, self._people.person[self._probes], self._probes)


@torch.no_grad()
def _vectors(judge: Recogniser, crops: Tensor) -> Vectors:
    return np.concatenate([judge(some).vectors.numpy() for some in torch.split(crops, _BATCH)])


@torch.no_grad()
def _enhanced(enhancer: Enhancer, shots: Shots, values: Tensor) -> Tensor:
    parts = []
    for rows in torch.split(torch.arange(len(shots)), _BATCH):
        some = shots.at(rows)
        parts.append(enhancer(some.crops, some.scale, values.expand(len(some), -1)).crops)
    return torch.cat(parts).clamp(0.0, 1.0)
