"""From what a graph says of crops, besides their vectors, to what the mesh says of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from faces import occlusion
from faces.occlusion import Occlusion
from faces.quality import Interval, MagnitudeCalibration, Quality, UncertaintyCalibration
from meshkit.config import ConfigError
from meshkit.models.registry import ModelFile

MAGNITUDE, UNCERTAINTY, PATTERNS, SHARE = "magnitude", "uncertainty", "patterns", "share"
"""Outputs of a graph: lengths of vectors and uncertainties, both (0, inf); logits of patterns; the
weight of the robust branch, range [0, 1], 0 if it was not run."""

Calibration = MagnitudeCalibration | UncertaintyCalibration

Said = Mapping[str, NDArray[np.float32]]
"""Outputs of a graph by name, one row a crop."""


def calibration(file: ModelFile) -> Calibration:
    """Read how the registry maps a model's numbers to quality.

    Raises:
        ConfigError: It does not, or not in a way that is known.
    """
    learned = file.quality.get("method") == UNCERTAINTY
    kind: type[Calibration] = UncertaintyCalibration if learned else MagnitudeCalibration
    try:
        return kind(**file.quality)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"models.toml: [models.{file.name}.quality]: {error}") from None


def require(file: ModelFile, vectors: str, outputs: Sequence[str]) -> None:
    """Refuse a graph that lacks its vectors, or what its calibration reads.

    Raises:
        ConfigError: It does.
    """
    learned = file.quality["method"] == UNCERTAINTY
    for name in (vectors, UNCERTAINTY) if learned else (vectors,):
        if name not in outputs:
            raise ConfigError(f"{file.path} has outputs {tuple(outputs)}; {name} is needed")


def qualities(how: Calibration, magnitudes: NDArray[np.float32], said: Said) -> list[Quality]:
    """Judge n crops.

    Args:
        how: The calibration.
        magnitudes: Shape (n,), > 0.
        said: With `UNCERTAINTY`, if that is what `how` calibrates.

    Raises:
        ValueError: An uncertainty is none. This is a broken model, not a bad photo.
    """
    if isinstance(how, MagnitudeCalibration):
        scores = how.scores(magnitudes)
        return [
            Quality(score=score, magnitude=magnitude)
            for score, magnitude in zip(scores.tolist(), magnitudes.tolist(), strict=True)
        ]
    unsure = said[UNCERTAINTY]
    if not np.all(np.isfinite(unsure) & (unsure > 0)):
        raise ValueError("uncertainties that are not positive numbers")
    columns = (
        how.scores(unsure),
        how.scores(unsure, off=how.band),
        how.scores(unsure, off=-how.band),
        magnitudes,
        unsure,
    )
    return [
        Quality(score=score, magnitude=magnitude, uncertainty=doubt, interval=Interval(low, high))
        for score, low, high, magnitude, doubt in np.stack(columns, axis=1).tolist()
    ]


def occlusions(said: Said, count: int) -> Sequence[Occlusion | None]:
    """What covers n crops; None where the robust branch did not look."""
    if PATTERNS not in said:
        return [None] * count
    looked = said[SHARE] > 0 if SHARE in said else np.ones(count, dtype=np.bool_)
    read = iter(occlusion.read(said[PATTERNS][looked]))
    return [next(read) if seen else None for seen in looked.tolist()]


def shares(said: Said, count: int) -> Sequence[float | None]:
    """Weight of the robust branch in n vectors."""
    return said[SHARE].tolist() if SHARE in said else [None] * count
