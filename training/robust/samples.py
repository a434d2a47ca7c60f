"""Spoils crops as fast as the network learns from them, in processes of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from degradations import mix
from faces.patterns import overlaps
from training.people import People
from training.robust.loss import UNTOLD, Batch

_MEAN, _SCALE = 127.5, 128.0
"""As `models.toml` says of the backbone."""

_LIKE_A_RECTANGLE = 0.3
"""Least overlap with a pattern: spots all over the face are none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What is shown how often."""

    occlude: float = 0.5
    """Share of crops with something in front of the face."""

    spoil: float = 0.6
    """Share of crops, covered or not, that a camera spoils."""

    grid: int = 5
    """Of the occlusion patterns."""


class Samples(IterableDataset[Batch]):
    """Batches without end. What a batch holds follows from its number alone."""

    def __init__(self, people: People, diet: Diet, *, size: int, seed: int, first: int = 0) -> None:
        """Draw from the photos that are not kept aside.

        Args:
            people: All of them.
            diet: What is shown how often.
            size: Crops in a batch.
            seed: Of all that is left to chance.
            first: Number of the first batch, for a training that goes on.
        """
        self._people, self._diet = people, diet
        self._size, self._seed, self._first = size, seed, first
        directions = people.raw / np.linalg.norm(people.raw, axis=2, keepdims=True)
        self._targets: NDArray[np.float32] = directions.astype(np.float32)
        seen = np.unique(people.person[~people.aside & ~people.profile])
        # Who is seen from the side only has no centre to be drawn to.
        self._rows = np.flatnonzero(~people.aside & np.isin(people.person, seen))
        self._place = np.searchsorted(seen, people.person)

    def __iter__(self) -> Iterator[Batch]:
        """Each worker makes every n-th batch."""
        cv2.setNumThreads(1)
        worker = get_worker_info()
        step, offset = (worker.num_workers, worker.id) if worker else (1, 0)
        number = self._first + offset
        while True:
            yield self._batch(np.random.default_rng([self._seed, number]))
            number += step

    def _batch(self, generator: np.random.Generator) -> Batch:
        rows = generator.choice(self._rows, self._size, replace=False)
        mirrored = generator.integers(2, size=self._size)
        crops = np.empty((self._size, 3, 112, 112), np.float32)
        patterns = np.empty(self._size, np.int64)
        for place, (row, mirror) in enumerate(zip(rows, mirrored, strict=True)):
            crop = np.ascontiguousarray(self._people.crops[row, :, :: -1 if mirror else 1])
            shown = mix(crop, generator, occlude=self._diet.occlude, spoil=self._diet.spoil)
            crops[place] = (shown.crop.transpose(2, 0, 1) - _MEAN) / _SCALE
            patterns[place] = _pattern(shown.mask, self._diet.grid)
        return Batch(
            crops=torch.from_numpy(crops),
            targets=torch.from_numpy(self._targets[rows, mirrored]),
            persons=torch.from_numpy(self._place[rows]),
            patterns=torch.from_numpy(patterns),
        )


def _pattern(mask: NDArray[np.bool_], grid: int) -> int:
    found = overlaps(mask, grid)
    best = int(np.argmax(found))
    return best if found[best] >= _LIKE_A_RECTANGLE else UNTOLD


def batches(samples: Samples, *, workers: int) -> Iterator[Batch]:
    """Draw ahead in `workers` processes."""
    loader = DataLoader(
        samples,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        # A process forked from one whose libraries have threads may wait for them for ever.
        multiprocessing_context="spawn" if workers else None,
    )
    return iter(loader)
