"""Records of a log on their way out: all of them, as they are, or what is wrong with them."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client.excerpt import export
from faces.errors import FieldInvalid, RecordsMissing
from gateway.records.exporting import Exporting
from gateway.records.log import DecisionLog
from gateway.servicers.audit import AuditServicer
from meshkit.chain import FOLDER, PLAIN, Head, Period, Seal
from meshkit.rpc import Context
from sureface.audit.v1 import audit_pb2 as pb
from tests.chains import KEYED, lines_of

CONTEXT: Any = None
HOURS = 6


def at(hour: int) -> datetime:
    return datetime(2026, 1, 2, hour, tzinfo=UTC)


def stamp(time: datetime | None) -> Timestamp | None:
    return Timestamp(seconds=int(time.timestamp())) if time else None


class House:
    """A log of one record an hour, and who hands it out."""

    def __init__(self, log: DecisionLog) -> None:
        self.log = log
        self.servicer = AuditServicer(Exporting(log))

    def parts(self, **fields: Any) -> AsyncIterator[pb.ExportRecordsResponse]:
        context: Context = CONTEXT
        return self.servicer.ExportRecords(pb.ExportRecordsRequest(**fields), context)

    async def lines(self, **fields: Any) -> list[bytes]:
        """All that is handed out."""
        return [each.line async for part in self.parts(**fields) for each in part.records]

    async def append(self, time: datetime) -> Head:
        return await self.log.append({"kind": "decision", "time": time.isoformat()})

    @property
    def written(self) -> list[bytes]:
        return [line for _, line in lines_of(self.log.data / FOLDER)]


@pytest.fixture(name="seal", params=[PLAIN, KEYED], ids=["plain", "keyed"])
def _seal(request: pytest.FixtureRequest) -> Seal:
    seal: Seal = request.param
    return seal


@pytest.fixture(name="house")
async def _house(tmp_path: Path, seal: Seal, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("gateway.records.exporting._PART_BYTES", 700)
    now = at(0)
    with DecisionLog(tmp_path, seal=seal, segment_bytes=500, clock=lambda: now) as log:
        house = House(log)
        for hour in range(HOURS):
            await house.append(at(hour))
        yield house


async def test_all_of_it_comes_as_it_is(house: House) -> None:
    """Byte for byte, in several messages, each of which says where it stands."""
    parts = [part async for part in house.parts()]
    lines = [each.line for part in parts for each in part.records]

    assert house.written == lines
    assert len(parts) > 1
    assert {str(house.log.head)} == {part.head for part in parts} == {part.last for part in parts}
    places = [int(part.before.partition(":")[0]) for part in parts]
    counts = [len(part.records) for part in parts]
    assert [sum(counts[:number]) for number in range(len(parts))] == places


async def test_it_ends_although_the_log_grows(house: House) -> None:
    """With what was its last record when the call began."""
    before, lines = house.written, list[bytes]()
    async for part in house.parts():
        await house.append(at(HOURS))
        lines += [each.line for each in part.records]

    assert before == lines
    assert len(house.written) > len(before)


async def test_it_goes_on_behind_any_record(house: House) -> None:
    """With what follows; behind the last one, there is an answer without records."""
    written = house.written
    for place in range(len(written) + 1):
        assert written[place:] == await house.lines(after_position=place)
    [last] = [part async for part in house.parts(after_position=len(written))]

    assert ([], last.before) == (list(last.records), str(house.log.head))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        *((None, end) for end in (None, 0, 2, 4, 23)),
        *((start, end) for start in (0, 1, 3) for end in (None, 4, 23)),
        (22, None),
        (22, 23),
    ],
)
async def test_a_period_is_the_same_as_from_the_files(
    house: House, seal: Seal, start: int | None, end: int | None
) -> None:
    """Whoever has the files and whoever asks the gateway get the same lines."""
    since, until = (None if hour is None else at(hour) for hour in (start, end))
    file = BytesIO()
    export(house.log.data / FOLDER, seal, Period(since=since, until=until), file)
    lines = await house.lines(start_time=stamp(since), end_time=stamp(until))

    *expected, _ = file.getvalue().splitlines(keepends=True)
    assert expected == lines


async def test_a_period_goes_on_without_a_gap(house: House) -> None:
    """Behind the last record that came, wherever that was."""
    until = stamp(at(4))
    lines = await house.lines(end_time=until)
    first = json.loads(lines[0])["position"]

    for place in range(first, first + len(lines)):
        expected = lines[place - first + 1 :]
        assert expected == await house.lines(after_position=place, end_time=until)


@pytest.mark.parametrize(
    ("fields", "field", "rule"),
    [
        pytest.param(
            {"start_time": stamp(at(2)), "end_time": stamp(at(1))},
            "start_time",
            "must be before end_time",
            id="reversed",
        ),
        pytest.param(
            {"end_time": Timestamp(seconds=2**62)},
            "end_time",
            "must be a time of the years 1 to 9999",
            id="no time",
        ),
        pytest.param({"after_position": -1}, "after_position", "must be 0 or more", id="no place"),
    ],
)
async def test_requests_that_make_no_sense(
    house: House, fields: dict[str, Any], field: str, rule: str
) -> None:
    """The field is named, and what it must be."""
    with pytest.raises(FieldInvalid) as failure:
        await house.lines(**fields)

    assert {"field": field, "rule": rule} == failure.value.metadata


async def test_a_record_that_the_log_does_not_have(house: House) -> None:
    """Whoever noted it learns that it is gone: that is no empty answer."""
    last = house.log.head.position
    with pytest.raises(RecordsMissing) as failure:
        await house.lines(after_position=last + 1)

    assert {"position": f"{last + 1}", "head_position": f"{last}"} == failure.value.metadata
