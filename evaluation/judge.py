"""From a model's outputs to quality, as its table [models.NAME.quality] says."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.logistic import Numbers
from faces.quality import MagnitudeCalibration, UncertaintyCalibration
from meshkit.config import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Qualities of n crops."""

    quality: Numbers
    """Shape (n,), in [0, 1]."""

    band: tuple[Numbers, Numbers] | None = None
    """Lower and upper end of each, where the model knows them."""

    parity: Numbers | None = None
    """Shape (n,): the same on the curve of source article 000, where there is one."""


class Judge:
    """Reads quality as the embedder's service does."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        """Read a table of `models.toml`.

        Raises:
            ConfigError: The method is unknown, or the table lacks its numbers.
        """
        uncertain = table.get("method") == "uncertainty"
        try:
            self._calibration = (
                UncertaintyCalibration(**table) if uncertain else MagnitudeCalibration(**table)
            )
        except (TypeError, ValueError) as error:
            raise ConfigError(f"models.toml: [models.{name}.quality]: {error}") from None

    def judge(self, magnitude: Numbers, uncertainty: Numbers | None) -> Judged:
        """Judge crops by what a model says of them.

        Raises:
            ValueError: Quality is read from an uncertainty that the model does not have, or that
                is none. This is a broken model.
        """
        by = self._calibration
        if isinstance(by, MagnitudeCalibration):
            return Judged(quality=_wide(by.scores(magnitude.astype(np.float32))))
        if uncertainty is None:
            raise ValueError("quality by uncertainty, of a model without that output")
        if not np.all(np.isfinite(uncertainty) & (uncertainty > 0)):
            raise ValueError("uncertainties that are not positive numbers")
        u = uncertainty.astype(np.float32)
        return Judged(
            quality=_wide(by.scores(u)),
            band=(_wide(by.scores(u, off=by.band)), _wide(by.scores(u, off=-by.band))),
            parity=_parity(by, u),
        )


def _parity(by: UncertaintyCalibration, uncertainty: NDArray[np.float32]) -> Numbers | None:
    if by.parity_midpoint is None or by.parity_width is None:
        return None
    curve = replace(
        by,
        midpoint=by.parity_midpoint,
        width=by.parity_width,
        parity_midpoint=None,
        parity_width=None,
    )
    return _wide(curve.scores(uncertainty))


def _wide(scores: NDArray[np.float32]) -> Numbers:
    return scores.astype(np.float64)
