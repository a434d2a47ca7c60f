"""What is recorded of the cost of TLS."""

import pytest

from bench.goal import Mark, mark
from bench.load import Run
from bench.tls import PLAIN, SAFE, rows


def runs(*rounds: tuple[float, float]) -> list[Run]:
    return [Run(per_s=per_s, p50_ms=1.0, p95_ms=p95_ms) for per_s, p95_ms in rounds]


@pytest.mark.parametrize(
    ("safe", "costs", "expected"),
    [
        pytest.param(
            runs((95, 105), (40, 300), (96, 104)), (5.0, 5.0), (Mark.MET, Mark.MET), id="little"
        ),
        pytest.param(
            runs((85, 104), (72, 120), (84, 110)), (15.0, 10.0), (Mark.MISSED, Mark.MET), id="much"
        ),
        pytest.param(
            runs((101, 120), (81, 116), (99, 99)), (-1.0, 16.0), (Mark.MET, Mark.MISSED), id="late"
        ),
    ],
)
def test_costs_are_of_the_middle_round(
    safe: list[Run], costs: tuple[float, float], expected: tuple[Mark, Mark]
) -> None:
    """In per cent of the same round in plain text, of throughput and of the time of a call."""
    plain = runs((100, 100), (80, 100), (100, 100))
    found = rows({PLAIN: plain, SAFE: safe})

    assert costs == tuple(row.reached for row in found)
    assert expected == tuple(mark(row.goal, row.reached) for row in found)
    assert {"%"} == {row.unit for row in found}
