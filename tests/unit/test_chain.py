"""A chain of records gives away whatever is done to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from meshkit.chain import (
    PLAIN,
    START,
    ChainBroken,
    Head,
    Seal,
    encode,
    link,
    records,
    verify,
)
from meshkit.chain.segments import last_line, name_of
from tests.chains import KEYED, TIME, end_of, lines_of, put, write


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Of a chain with records 1 to 3, 4 to 6 and 7 to 9."""
    write(tmp_path / "chain", [3, 3, 3])
    return tmp_path / "chain"


@pytest.mark.parametrize("seal", [PLAIN, KEYED], ids=["plain", "with a key"])
def test_what_was_written_verifies(tmp_path: Path, seal: Seal) -> None:
    """With its size, its beginning and its end."""
    head = write(tmp_path / "chain", [2, 3], seal)

    found = verify(tmp_path / "chain", seal, head)

    assert (5, 2, START, head, TIME, 0) == (
        found.record_count,
        found.segment_count,
        found.begin,
        found.head,
        found.last_time,
        found.torn_bytes,
    )
    assert [1, 2, 3, 4, 5] == [each["position"] for each in records(tmp_path / "chain")]


def add_to_the_end(folder: Path) -> None:
    with (folder / name_of(7)).open("ab") as file:
        file.write(b"more")


def forge(folder: Path) -> None:
    """Put another record in the place of the fourth, and compute its hash."""
    lines = lines_of(folder)
    forged, _ = link(end_of(folder / name_of(1)), PLAIN, encode({"kind": "decision", "time": TIME}))
    lines[3] = (lines[3][0], forged)
    put(lines)


def edit(number: int, old: bytes, new: bytes) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        lines = lines_of(folder)
        file, line = lines[number - 1]
        assert old in line
        lines[number - 1] = (file, line.replace(old, new))
        put(lines)

    return apply


def drop(number: int) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        lines = lines_of(folder)
        del lines[number - 1]
        put(lines)

    return apply


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        pytest.param(
            edit(5, b'"decision"', b'"decided"'),
            "record 5, 000000000004.jsonl line 2: its content does not fit its hash: changed",
            id="changed",
        ),
        pytest.param(
            edit(5, b'"previous":"', b'"previous": "'),
            "record 5, 000000000004.jsonl line 2: this is no record, or no longer one",
            id="reformatted",
        ),
        pytest.param(
            drop(5),
            "record 5, 000000000004.jsonl line 2: record 6 is in its place: records are missing, "
            "added or moved",
            id="removed",
        ),
        pytest.param(
            lambda folder: (folder / name_of(4)).unlink(),
            "record 4, 000000000007.jsonl line 1: record 7 is in its place: records are missing, "
            "added or moved",
            id="a segment removed",
        ),
        pytest.param(
            lambda folder: (folder / name_of(1)).unlink(),
            "record 4, 000000000004.jsonl: the chain begins here, and no record says that the "
            "ones before were removed",
            id="the first segment removed",
        ),
        pytest.param(
            lambda folder: (folder / name_of(4)).write_bytes(b""),
            "record 4, 000000000004.jsonl: the segment holds no record",
            id="a segment emptied",
        ),
        pytest.param(
            lambda folder: (folder / name_of(4)).rename(folder / name_of(5)),
            "record 5, 000000000005.jsonl line 1: the segment begins with record 4: it was renamed",
            id="a segment renamed",
        ),
        pytest.param(
            add_to_the_end,
            "record 10, 000000000007.jsonl line 4: behind the record before it is something that "
            "no crash leaves",
            id="something added",
        ),
        pytest.param(
            forge,
            "record 5, 000000000004.jsonl line 2: it follows another record than the one before "
            "it: one of them was replaced",
            id="replaced by one with a hash",
        ),
    ],
)
def test_names_the_first_bad_record(
    folder: Path, tamper: Callable[[Path], None], message: str
) -> None:
    """With its position, its file and line, and what is wrong with it."""
    tamper(folder)

    with pytest.raises(ChainBroken) as broken:
        verify(folder, PLAIN)

    assert message == str(broken.value)


def test_an_unfinished_line_is_no_fault(folder: Path) -> None:
    """A crash tears the last line of all, and a reader may meet a write that goes on."""
    with (folder / name_of(7)).open("ab") as file:
        file.write(b'{"position":10,"prev')

    found = verify(folder, PLAIN)

    assert (9, 20) == (found.record_count, found.torn_bytes)
    assert 9 == len(list(records(folder)))


@pytest.mark.parametrize(
    ("noted", "message"),
    [
        pytest.param(
            Head(11, "a" * 64),
            "record 10: it was there when 11 was noted: 2 are cut off at the end",
            id="cut off",
        ),
        pytest.param(
            Head(5, "a" * 64),
            "record 5: it is not the record that was noted: the chain was made anew from here or "
            "before",
            id="made anew",
        ),
    ],
)
def test_a_noted_head_tells(folder: Path, noted: Head, message: str) -> None:
    """What somebody keeps elsewhere gives away what a chain alone cannot."""
    with pytest.raises(ChainBroken) as broken:
        verify(folder, PLAIN, noted)

    assert message == str(broken.value)


def test_an_empty_folder_was_not_always_empty(tmp_path: Path) -> None:
    """Somebody who removes everything is found by who has noted a head."""
    with pytest.raises(ChainBroken, match="3 are cut off"):
        verify(tmp_path, PLAIN, Head(3, "a" * 64))


@pytest.mark.parametrize(
    ("written", "read", "message"),
    [
        pytest.param(KEYED, PLAIN, "it is sealed with a key, and none is given", id="no key"),
        pytest.param(PLAIN, KEYED, "it is sealed without the key", id="made anew without it"),
        pytest.param(
            KEYED,
            Seal(b"other" * 8),
            "its content does not fit its hash: changed, or sealed with another key",
            id="another key",
        ),
    ],
)
def test_a_key_is_needed(tmp_path: Path, written: Seal, read: Seal, message: str) -> None:
    """Whoever lacks it can neither check a chain nor make one that passes."""
    write(tmp_path / "chain", [2], written)

    with pytest.raises(ChainBroken) as broken:
        verify(tmp_path / "chain", read)

    assert (1, message) == (broken.value.position, broken.value.what)


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 300_000])
def test_finds_the_last_line_of_any_length(tmp_path: Path, size: int) -> None:
    """However long it is, and whatever unfinished line is behind it."""
    line, file = b"2" * size + b"\n", tmp_path / "lines"

    for torn in (b"", b"3" * 70_000):
        file.write_bytes(b"1\n" + line + torn)
        assert (line, size + 3) == last_line(file)
        file.write_bytes(line + torn)
        assert (line, size + 1) == last_line(file)
        file.write_bytes(torn)
        assert (b"", 0) == last_line(file)


def test_members_of_the_chain_are_its_own() -> None:
    """A record cannot pretend to be elsewhere in the chain."""
    with pytest.raises(ValueError, match="position"):
        encode({"kind": "decision", "time": TIME, "position": 3})


@pytest.mark.parametrize("text", ["", "7", "7:", "a:" + "0" * 64, "7:" + "0" * 63, "7:" + "g" * 64])
def test_what_is_no_head_is_refused(text: str) -> None:
    """What was noted has a place and a hash."""
    assert Head(7, "a" * 64) == Head.parse("7:" + "a" * 64)
    with pytest.raises(ValueError, match="POSITION:HASH"):
        Head.parse(text)
