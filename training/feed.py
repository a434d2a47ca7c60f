"""Batches without end, made ahead in processes of their own."""

import itertools
import multiprocessing
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Generic, TypeVar

import cv2
import numpy as np

Batch = TypeVar("Batch")

_AHEAD = 4
"""Batches under way for each process."""


class Feed(ABC, Generic[Batch]):
    """What a batch holds follows from its number alone, whoever makes it."""

    def __init__(self, *, seed: int, first: int = 0) -> None:
        """Begin with a batch.

        Args:
            seed: Of all that is left to chance.
            first: Number of the first batch, for a training that goes on.
        """
        self._seed, self.first = seed, first

    def numbered(self, number: int) -> Batch:
        """Make the batch of that number."""
        return self.batch(np.random.default_rng([self._seed, number]))

    @abstractmethod
    def batch(self, generator: np.random.Generator) -> Batch:
        """Make one; the same state of the generator gives the same bytes."""


def batches(feed: Feed[Batch], *, workers: int) -> Generator[Batch]:
    """Draw in order, ahead in `workers` processes; 0 makes each when it is asked for."""
    numbers = itertools.count(feed.first)
    if not workers:
        yield from map(feed.numbered, numbers)
    # A process forked from one whose libraries have threads may wait for them for ever.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, initializer=_employ, initargs=(feed,))
    try:
        ahead = deque(pool.submit(_made, next(numbers)) for _ in range(_AHEAD * workers))
        while True:
            yield ahead.popleft().result()
            ahead.append(pool.submit(_made, next(numbers)))
    finally:
        pool.shutdown(cancel_futures=True)


_employer: list[Feed[Any]] = []
"""In a worker: whose batches it makes."""


def _employ(feed: Feed[Any]) -> None:
    cv2.setNumThreads(1)
    _employer.append(feed)


def _made(number: int) -> Any:
    return _employer[0].numbered(number)
