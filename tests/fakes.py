"""Stand-ins that several tests share: deterministic, tiny, and honest about what they are."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from prometheus_client import Histogram

from faces.embedding import Vectors, normalize
from faces.quality import Quality
from services.embedder.model import Crop, Embedded


class Turnstile:
    """A blocking function that lets nobody through until it is opened, and counts who is inside."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        """What came in so far, batch by batch."""
        self.entered = asyncio.Event()
        """Set once the first batch is inside."""
        self.most_inside = 0
        self.threads: set[int] = set()
        self.fails_on: int | None = None
        self.loses_on: int | None = None
        self._inside = 0
        self._open = threading.Event()
        self._loop = asyncio.get_running_loop()

    def open(self) -> None:
        """Let everybody through from now on."""
        self._open.set()

    def double(self, numbers: Sequence[int]) -> list[int]:
        """Wait for the gate, then double."""
        self._inside += 1
        self.most_inside = max(self.most_inside, self._inside)
        self.threads.add(threading.get_ident())
        self.batches.append(list(numbers))
        self._loop.call_soon_threadsafe(self.entered.set)
        assert self._open.wait(10), "nobody opened the gate"
        self._inside -= 1
        if self.fails_on in numbers:
            raise RuntimeError(f"{self.fails_on} is bad")
        return [2 * n for n in numbers if n != self.loses_on]


class MeanColour:
    """Embeds a crop as its mean colour: similar pictures get similar vectors."""

    name = "mean-colour"
    sha256 = "0" * 64
    provider = "cpu"
    contract_id = "mean3-1"
    dimension = 3
    quality_method = "brightness"

    def __init__(self) -> None:
        self.batches: list[int] = []
        """How many crops each call had."""

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        """Implement `services.embedder.model.Model`."""
        self.batches.append(len(crops))
        means: Vectors = np.mean(np.stack(crops), axis=(1, 2), dtype=np.float32)
        embeddings = normalize(means + np.float32(1))
        return [
            Embedded(unit, Quality(score=float(magnitude) / 444, magnitude=float(magnitude)))
            for unit, magnitude in zip(embeddings.unit, embeddings.magnitude, strict=True)
        ]


class Recorded(NamedTuple):
    """What a histogram holds."""

    times: float
    total: float


def recorded(metric: Histogram, *labels: str) -> Recorded:
    """How often something was measured, and what it came to."""
    samples = {sample.name: sample.value for sample in metric.labels(*labels)._samples()}
    return Recorded(samples["_count"], samples["_sum"])


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that announces itself in no other way."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  # metrics and processes set no events of ours
            await asyncio.sleep(0.005)
