"""The decision log, fetched by both clients."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from faces.errors import RecordsMissing, ServiceUnavailable
from tests.clients import Call
from tests.exports import handing_out, head_of, lines_made
from tests.fake_gateway import FakeGateway

LINES = lines_made(5)


def test_records_come_in_parts(call: Call) -> None:
    """Each says what it comes after, and where the log and the walk end."""
    parts = call("export_records")

    assert LINES == [line for part in parts for line in part.lines]
    assert [head_of(LINES[:place]) for place in (0, 2, 4)] == [part.before for part in parts]
    assert [2, 4, 5] == [part.reached for part in parts]
    assert {head_of(LINES)} == {part.head for part in parts} == {part.last for part in parts}


def test_what_is_asked_for(call: Call, gateway: FakeGateway) -> None:
    """A record to begin behind, and a period."""
    start, end = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    call("export_records", after_position=3, start_time=start, end_time=end)
    call("export_records")
    some, every = gateway.requests

    assert (3, "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z") == (
        some.after_position,
        some.start_time.ToJsonString(),
        some.end_time.ToJsonString(),
    )
    assert (0, False, False) == (
        every.after_position,
        every.HasField("start_time"),
        every.HasField("end_time"),
    )


def test_a_log_without_more_is_one_part_without_lines(call: Call) -> None:
    """Whoever has all of it learns that."""
    [part] = call("export_records", after_position=5)

    assert ((), head_of(LINES), 5) == (part.lines, part.before, part.reached)


def test_a_walk_outlives_its_connection(
    call: Call, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next stream begins behind the last record that came, and nothing comes twice."""
    monkeypatch.setattr("client.bulk.patience._PAUSE_S", 0.0)
    breaks = iter([True, True, False])
    whole = handing_out(LINES)

    def script(requests: Iterator[Any]) -> Iterator[Any]:
        answers = whole(requests)
        if next(breaks):
            yield next(answers)
            yield ServiceUnavailable(service="gateway")
        yield from answers

    gateway.answers["ExportRecords"] = script
    end = datetime(2026, 1, 3, tzinfo=UTC)
    parts = call("export_records", start_time=datetime(2026, 1, 2, tzinfo=UTC), end_time=end)

    assert LINES == [line for part in parts for line in part.lines]
    assert [0, 2, 4] == [each.after_position for each in gateway.requests]
    assert [True, False, False] == [each.HasField("start_time") for each in gateway.requests]
    assert {end} == {each.end_time.ToDatetime(tzinfo=UTC) for each in gateway.requests}


def test_a_log_that_was_cut_is_told_at_once(call: Call, gateway: FakeGateway) -> None:
    """Waiting would not bring it back."""
    gateway.answers["ExportRecords"] = RecordsMissing(position=9, head_position=5)
    with pytest.raises(RecordsMissing):
        call("export_records", after_position=9)
