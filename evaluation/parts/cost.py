"""What a crop costs, alone, on one thread: side by side, because machines have moods."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.subject import Subject

_WARM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Median time of one crop, in milliseconds."""

    clean_ms: float
    spoiled_ms: float
    """The same crops at ISO 12800: a model may look twice at those."""


def measure(
    subjects: Sequence[Subject], clean: NDArray[np.uint8], spoiled: NDArray[np.uint8]
) -> dict[str, Cost]:
    """Time every model on every crop, in turn; models should have been opened with one thread."""
    took: Mapping[str, Mapping[str, list[float]]] = {
        subject.name: {"clean": [], "spoiled": []} for subject in subjects
    }
    for subject in subjects:
        for crop in clean[:_WARM]:
            subject.embedder.outputs(crop[None])
    for kind, crops in (("clean", clean), ("spoiled", spoiled)):
        for crop in crops:
            for subject in subjects:
                start = time.perf_counter()
                subject.embedder.outputs(crop[None])
                took[subject.name][kind].append(time.perf_counter() - start)
    return {
        name: Cost(
            clean_ms=1000 * float(np.median(kinds["clean"])),
            spoiled_ms=1000 * float(np.median(kinds["spoiled"])),
        )
        for name, kinds in took.items()
    }
