"""Numbers in the reasons that people read."""

import pytest

from faces.rounding import above, below


@pytest.mark.parametrize(
    ("value", "line", "digits", "text"),
    [
        pytest.param(39.6, 40, 0, "39", id="would read as the line"),
        pytest.param(22.4, 40, 0, "22", id="far below"),
        pytest.param(0.5999, 0.6, 2, "0.59", id="a score just below"),
        pytest.param(0.178, 0.6, 2, "0.18", id="a score far below is rounded as anywhere"),
        pytest.param(float("nan"), 0.6, 2, "nan", id="not a number"),
    ],
)
def test_a_value_below_a_line_reads_as_less(
    value: float, line: float, digits: int, text: str
) -> None:
    """A reason never says that 40 is less than 40."""
    assert text == below("{}", value, line, digits=digits)


@pytest.mark.parametrize(
    ("value", "line", "text"),
    [
        pytest.param(35.2, 35, "36", id="would read as the line"),
        pytest.param(52.4, 35, "52", id="far beyond"),
        pytest.param(float("inf"), 35, "inf", id="infinite"),
    ],
)
def test_a_value_above_a_line_reads_as_more(value: float, line: float, text: str) -> None:
    """A reason never says that 35 is more than 35."""
    assert text == above("{}", value, line, digits=0)
