"""From log u to numbers that people can use: the table [models.NAME.quality] of models.toml.

Everything is fitted on people whom no network saw.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from degradations import LADDERS
from evaluation.logistic import Events, Numbers, fit
from evaluation.measures.ladders import ARTICLE

Judge = Callable[[NDArray[np.uint8]], Numbers]
"""Crops of shape (n, 112, 112, 3) to their log u, shape (n,)."""

SHOTS = 5
"""Of each repeated scene."""

INSIDE = 0.9
"""Share of the shots that an interval holds."""

_SEED = 61


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The keys of models.toml; see `faces.quality.UncertaintyCalibration`."""

    method: str = "uncertainty"
    midpoint: float
    width: float
    band: float
    parity_midpoint: float
    parity_width: float

    def lines(self) -> str:
        """In TOML."""
        values = asdict(self)
        return "".join(
            f'{key} = "{value}"\n' if isinstance(value, str) else f"{key} = {value}\n"
            for key, value in values.items()
        )


def calibrate(logs: Numbers, passed: Events, *, crops: NDArray[np.uint8], judge: Judge) -> Table:
    """Fit both curves and the band.

    Args:
        logs: Shape (n,): log u of spoiled crops.
        passed: Shape (n,): whether each one's comparison reached the line.
        crops: Shape (m, 112, 112, 3): clean ones, to be photographed anew.
        judge: The head.
    """
    utility = fit(-logs, passed)
    parity = follow({iso: judge(_photographed(crops, "iso", iso, 0)) for iso in ARTICLE})
    return Table(
        midpoint=-float(utility.midpoint),
        width=float(utility.width),
        band=round(band(_repeated(crops, judge)), 4),
        parity_midpoint=round(parity[0], 4),
        parity_width=round(parity[1], 4),
    )


def band(shots: NDArray[np.float64]) -> float:
    """Half-width in log u that holds `INSIDE` of the shots around the mean of the others.

    Args:
        shots: Shape (scenes, shots).
    """
    count = shots.shape[1]
    others = (shots.sum(axis=1, keepdims=True) - shots) / (count - 1)
    return float(np.quantile(np.abs(shots - others), INSIDE))


def follow(seen: dict[float, Numbers]) -> tuple[float, float]:
    """Midpoint and width whose mean quality comes closest to source article 000, by ISO.

    Least squares by a search that closes in: two numbers, no gradient worth a library.
    """
    everything = np.concatenate(list(seen.values()))
    low, high = np.array([everything.min(), 0.02]), np.array([everything.max(), 3.0])
    best = (low + high) / 2
    for _ in range(12):
        tried = [
            (middle, width)
            for middle in np.linspace(low[0], high[0], 15)
            for width in np.linspace(max(low[1], 0.01), high[1], 15)
        ]
        best = np.array(min(tried, key=lambda pair: _missed(seen, *pair)))
        reach = (high - low) / 4
        low, high = best - reach, best + reach
    return float(best[0]), float(best[1])


def _missed(seen: dict[float, Numbers], midpoint: float, width: float) -> float:
    means = [float(np.mean(1 / (1 + np.exp((x - midpoint) / width)))) for x in seen.values()]
    return float(sum((a - ARTICLE[iso]) ** 2 for a, iso in zip(means, seen, strict=True)))


def _repeated(crops: NDArray[np.uint8], judge: Judge) -> NDArray[np.float64]:
    """Log u of every crop under one condition of its own, `SHOTS` times: shape (m, shots)."""
    rungs = [(name, step) for name, cause in LADDERS.items() for step in cause.ladder]
    return np.stack(
        [
            judge(
                np.concatenate(
                    [
                        _photographed(crops[i : i + 1], *rungs[i % len(rungs)], shot, i)
                        for i in range(len(crops))
                    ]
                )
            )
            for shot in range(SHOTS)
        ],
        axis=1,
    )


def _photographed(
    crops: NDArray[np.uint8], name: str, severity: float, shot: int, first: int = 0
) -> NDArray[np.uint8]:
    apply = LADDERS[name].apply
    seeds = [np.random.default_rng([_SEED, shot, first + i]) for i in range(len(crops))]
    return np.stack([apply(crop, severity, seed) for crop, seed in zip(crops, seeds, strict=True)])
