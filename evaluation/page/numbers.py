"""Numbers as text, the same way in every table."""

import math

from evaluation.measures.bootstrap import Interval


def share(value: float | None, digits: int = 3) -> str:
    """A share or a similarity: ``0.123``; a dash if there is none."""
    if value is None or math.isnan(value):
        return "-"
    return f"{value:.{digits}f}"


def tiny(value: float) -> str:
    """A rate that may be small: ``0.0010`` or ``3.2e-05``."""
    return f"{value:.4f}" if value >= 5e-4 or value == 0 else f"{value:.1e}"  # noqa: PLR2004


def interval(found: Interval, digits: int = 3) -> str:
    """``0.123 (0.100 to 0.150)``."""
    return (
        f"{share(found.value, digits)} ({share(found.low, digits)} to {share(found.high, digits)})"
    )
