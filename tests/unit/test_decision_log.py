"""The decision log keeps what it acknowledged, whole and in order, whatever happens to it."""

import asyncio
import resource
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from faces.errors import StoreUnavailable
from gateway.config import Config
from gateway.records.log import DecisionLog
from meshkit.chain import FOLDER, PLAIN, Seal, encode, link, records, verify
from meshkit.chain.segments import name_of, segments
from meshkit.config import ConfigError
from tests.chains import KEYED, TIME, end_of
from tests.records import kept


def record(number: int) -> dict[str, object]:
    return {"kind": "decision", "time": TIME, "n": number}


def numbers(data: Path) -> list[int]:
    """Of all records that are kept, once the chain is verified."""
    verify(data / FOLDER, PLAIN)
    return [each["n"] for each in kept(data)]


async def test_says_when_it_begins_and_ends(tmp_path: Path) -> None:
    """What lies between was decided while somebody kept a record of it."""
    for number in range(2):
        with DecisionLog(tmp_path) as log:
            await log.append(record(number))

    kinds = [each["kind"] for each in records(tmp_path / FOLDER)]
    assert ["start", "decision", "stop"] * 2 == kinds
    assert 6 == verify(tmp_path / FOLDER, PLAIN).record_count


def next_line(file: Path) -> bytes:
    """A long record that follows the last one of a segment."""
    line, _ = link(end_of(file), PLAIN, encode({**record(2), "text": "x" * 300_000}))
    return line


@pytest.mark.parametrize("nbytes", [1, 90, 65_530, 65_536, 300_000])
@pytest.mark.parametrize("lost", [b"", b"\0" * 5_000], ids=["", "bytes of it are lost"])
async def test_drops_the_line_that_a_crash_tore(tmp_path: Path, nbytes: int, lost: bytes) -> None:
    """After a crash the log holds whole records only, and goes on after them."""
    with DecisionLog(tmp_path) as log:
        await log.append(record(1))
    file = tmp_path / FOLDER / name_of(1)
    file.write_bytes(file.read_bytes() + next_line(file)[:nbytes] + lost)

    with DecisionLog(tmp_path) as log:
        await log.append(record(3))

    assert [1, 3] == numbers(tmp_path)


@pytest.mark.parametrize("lost", [b"", b"\0", b"\0" * 5_000], ids=len)
async def test_keeps_a_record_that_lacks_its_newline(tmp_path: Path, lost: bytes) -> None:
    """It is whole: who knows whether somebody was told of it."""
    with DecisionLog(tmp_path) as log:
        await log.append(record(1))
    file = tmp_path / FOLDER / name_of(1)
    file.write_bytes(file.read_bytes() + next_line(file)[:-1] + lost)

    with DecisionLog(tmp_path) as log:
        await log.append(record(3))

    assert [1, 2, 3] == numbers(tmp_path)


@pytest.mark.parametrize("torn", [b"", b'{"position":'], ids=["empty", "torn"])
async def test_goes_on_after_a_segment_that_was_just_made(tmp_path: Path, torn: bytes) -> None:
    """A crash may come before the first record of a segment is whole."""
    with DecisionLog(tmp_path) as log:
        await log.append(record(1))
    (tmp_path / FOLDER / name_of(4)).write_bytes(torn)

    with DecisionLog(tmp_path) as log:
        await log.append(record(2))

    assert [1, 2] == numbers(tmp_path)


async def test_refuses_when_the_disk_is_full(tmp_path: Path) -> None:
    """Nobody gets an answer that the log does not hold; what came before is as it was."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with DecisionLog(tmp_path) as log:
        await log.append(record(1))
        size = (tmp_path / FOLDER / name_of(1)).stat().st_size
        try:
            # As if the disk were full in the middle of the next record.
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 12, hard))
            with pytest.raises(StoreUnavailable):
                await log.append(record(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert size == (tmp_path / FOLDER / name_of(1)).stat().st_size
        await log.append(record(3))

    assert [1, 3] == numbers(tmp_path)


async def test_refuses_when_its_file_is_deleted(tmp_path: Path) -> None:
    """A file without a name takes writes that nobody will ever read."""
    with DecisionLog(tmp_path) as log:
        (tmp_path / FOLDER / name_of(1)).unlink()

        with pytest.raises(StoreUnavailable):
            await log.append(record(1))


async def test_verifies_while_it_grows(tmp_path: Path) -> None:
    """Who looks meanwhile sees whole records, and perhaps the beginning of one."""
    with DecisionLog(tmp_path, segment_bytes=20_000) as log:

        async def grow() -> None:
            while not seen.is_set():
                await log.append({**record(0), "text": "x" * 5_000})

        seen = asyncio.Event()
        growing = asyncio.gather(*(grow() for _ in range(4)))
        for _ in range(10):
            await asyncio.to_thread(verify, tmp_path / FOLDER, PLAIN)
        seen.set()
        await growing

    assert verify(tmp_path / FOLDER, PLAIN).segment_count > 1


def test_has_one_writer(tmp_path: Path) -> None:
    """Two gateways on one folder would tear the chain apart."""
    with DecisionLog(tmp_path):
        second = DecisionLog(tmp_path)
        with pytest.raises(ConfigError, match="belongs to another gateway"), second:
            pass


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """One line says which."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="file cannot be used: "), DecisionLog(tmp_path / "file"):
        pass


def change(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"n":2', b'"n":7'))


def lose_the_newline(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1] + b"J")


def add_what_is_none(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"12345")


def cut_the_one_before(file: Path) -> None:
    before = file.parent / name_of(1)
    before.write_bytes(b"".join(before.read_bytes().splitlines(keepends=True)[:-1]))


@pytest.mark.parametrize(
    ("tamper", "seal", "why"),
    [
        pytest.param(change, PLAIN, "record 5: its content does not fit", id="changed"),
        pytest.param(cut_the_one_before, PLAIN, "record 3: record 4 is in its", id="link cut"),
        pytest.param(lose_the_newline, PLAIN, "record 6: .* that no crash leaves", id="newline"),
        pytest.param(add_what_is_none, PLAIN, "record 7: .* that no crash leaves", id="added"),
        pytest.param(lambda _: None, KEYED, "sealed without the key", id="a key from now on"),
    ],
)
async def test_appends_to_nothing_that_is_broken(
    tmp_path: Path, tamper: Any, seal: Seal, why: str
) -> None:
    """One line says what is wrong, and what to do."""
    for number in (1, 2):
        with DecisionLog(tmp_path, clock=lambda: datetime(2026, 1, number, tzinfo=UTC)) as log:  # noqa: B023  # used up in here
            await log.append(record(number))
    tamper(segments(tmp_path / FOLDER)[-1])

    with pytest.raises(ConfigError, match=why) as refused, DecisionLog(tmp_path, seal=seal):
        pass

    assert "the gateway begins a new log" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("field", ["audit_days", "audit_segment_bytes"])
def test_settings_that_make_no_sense(tmp_path: Path, field: str) -> None:
    """Time and size have a direction."""
    given: dict[str, Any] = {"data": tmp_path, field: -1}

    with pytest.raises(ValueError, match=f"{field} must be"):
        Config(**given)
