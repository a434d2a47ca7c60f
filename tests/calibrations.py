"""Calibrations of made-up people: vectors in few dimensions, where strangers do meet."""

import functools
from datetime import UTC, datetime

import numpy as np

from faces.calibration import Calibration, Photos, fit

CONTRACT = "arc4-000000000001"
"""That of `tests.unit.gateway_fakes`."""

MADE = datetime(2026, 11, 22, 12, tzinfo=UTC)


def crowd(
    people: int, photos: int, *, dimension: int = 32, noise: float = 0.5, seed: int | None = None
) -> Photos:
    """People in random directions, and photos around each."""
    generator = np.random.default_rng(people if seed is None else seed)
    numbers = np.repeat(np.arange(people), photos)
    centres = generator.normal(size=(people, dimension))
    quality = generator.uniform(0.3, 1.0, len(numbers))
    apart = noise * generator.normal(size=(len(numbers), dimension)) / quality[:, None]
    vectors = centres[numbers] + apart
    return Photos(
        vectors=(vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32),
        quality=quality,
        people=numbers,
    )


@functools.cache
def calibration(people: int = 300, photos: int = 5, contract_id: str = CONTRACT) -> Calibration:
    """Fitted to a crowd."""
    return fit(crowd(people, photos), contract_id=contract_id, data="made up", made=MADE)
