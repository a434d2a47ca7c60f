"""Numbers in the reasons that people read."""

import pytest

from faces.rounding import above, below


@pytest.mark.parametrize(
    ("value", "digits", "short", "beyond"),
    [
        pytest.param(39.6, 0, "39", "40", id="pixels"),
        pytest.param(0.5999, 2, "0.59", "0.60", id="scores"),
        pytest.param(float("nan"), 2, "nan", "nan", id="not a number"),
    ],
)
def test_a_reason_never_contradicts_its_rule(
    value: float, digits: int, short: str, beyond: str
) -> None:
    """A value short of a line reads as less than it, one beyond as more."""
    assert (short, beyond) == (below(value, digits), above(value, digits))
