"""Calibrations that were loaded."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationPeriod:
    """A time in which one calibration was loaded for the vectors of a contract."""

    contract_id: str

    version: str
    """Empty for a time in which there was none any more."""

    begin_time: datetime

    end_time: datetime | None
    """None for the one that is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationText:
    """A calibration as its file was written."""

    version: str

    text: str
    """TOML."""
