"""Calibrations of the past by command line."""

import json

from tests.cli import run
from tests.fake_gateway import FakeGateway


def test_the_history_is_a_table(gateway: FakeGateway) -> None:
    """The latest first; a time without any says so."""
    result = run(gateway, "calibrations")
    document = json.loads(run(gateway, "calibrations", "list", "--json").stdout)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["none", "arc512-1", "2023-11-14", "22:14:20", "now"] in lines
    assert ["cal-1", "arc512-1", "2023-11-14", "22:13:20", "2023-11-14", "22:14:20"] in lines
    assert ["", "cal-1"] == [each["version"] for each in document]


def test_a_calibration_of_the_past_goes_back_into_a_file(gateway: FakeGateway) -> None:
    """What is printed is what was written."""
    result = run(gateway, "calibrations", "show", "cal-1")

    assert (0, "growth = 0.5\n") == (result.exit_code, result.stdout)
    assert "cal-1" == gateway.requests[0].version
