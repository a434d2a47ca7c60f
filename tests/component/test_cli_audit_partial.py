"""A gateway that hands out less than its log, in lines that fit each other."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result

from client.commands.audit.writing import opened
from client.exits import Exit
from meshkit.chain import PLAIN, Head, encode, link
from sureface.audit.v1 import audit_pb2 as pb
from tests.audits import run
from tests.chains import TIME
from tests.exports import Script, head_of, lines_made
from tests.fake_gateway import FakeGateway

LINES = lines_made(5)


@pytest.fixture(name="out")
def _out(tmp_path: Path) -> Path:
    return tmp_path / "records.jsonl"


def fetch(gateway: FakeGateway, out: Path, *words: object) -> Result:
    return run("export", "--gateway", gateway.address, *words, "--out", out)


def telling(lines: Sequence[bytes], *, before: Head, last: Head, head: Head) -> Script:
    def script(_: Iterator[Any]) -> Iterator[pb.ExportRecordsResponse]:
        records = [pb.LogRecord(line=line) for line in lines]
        yield pb.ExportRecordsResponse(
            head=str(head), last=str(last), before=str(before), records=records
        )

    return script


def test_records_that_are_missing_in_front(gateway: FakeGateway, out: Path) -> None:
    """Nothing in the log says that somebody was allowed to remove them: there is no file."""
    head = head_of(LINES)
    gateway.answers["ExportRecords"] = telling(
        LINES[2:], before=head_of(LINES[:2]), last=head, head=head
    )
    answer = fetch(gateway, out)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert "record 3: the gateway begins behind 2:" in answer.stderr


def test_records_that_retention_removed(gateway: FakeGateway, out: Path) -> None:
    """The log says so; who exports is told which records came."""
    removed = head_of(LINES[:2])
    facts = {"through": removed.position, "through_hash": removed.hash}
    record = encode({"kind": "retention", "time": TIME, **facts})
    line, head = link(head_of(LINES), PLAIN, record)
    gateway.answers["ExportRecords"] = telling(
        [*LINES[2:], line], before=removed, last=head, head=head
    )
    answer = fetch(gateway, out)

    assert Exit.OK == answer.exit_code
    assert "exported 4 records, 3 to 6, to" in answer.stdout
    assert str(removed) == json.loads(out.read_bytes().splitlines()[-1])["before"]


def test_records_that_are_missing_at_the_end(gateway: FakeGateway, out: Path) -> None:
    """Without an end of the period, the last one that comes is the head that is told."""
    last = head_of(LINES[:3])
    gateway.answers["ExportRecords"] = telling(
        LINES[:3], before=head_of([]), last=last, head=head_of(LINES)
    )
    whole, since = fetch(gateway, out), fetch(gateway, out, "--since", "2026-01-01")
    until = fetch(gateway, out, "--until", "2027-01-01")

    assert [Exit.BROKEN] * 2 == [whole.exit_code, since.exit_code]
    assert "record 4: the gateway ends before the head that it tells" in whole.stderr
    assert Exit.OK == until.exit_code


@pytest.mark.parametrize(
    ("count", "words", "why"),
    [
        (3, [], "record 4: the gateway's log ended with 5:"),
        (3, ["--until", "2027-01-01"], "record 4: the gateway's log ended with 5:"),
        (6, [], "record 5: the gateway said that 5:"),
        (6, ["--until", "2027-01-01"], "record 5: the gateway said that 5:"),
    ],
    ids=["cut", "cut, of a period", "made anew", "made anew, of a period"],
)
def test_a_log_that_was_cut_between_two_streams(
    gateway: FakeGateway, out: Path, count: int, words: list[str], why: str
) -> None:
    """The gateway said at first how far the log goes: nobody gets less than that, or another."""
    kept, head = LINES[:2], head_of(LINES)
    tail, after = list[bytes](), head_of(kept)
    for number in range(count - len(kept)):
        line, after = link(after, PLAIN, encode({"kind": "other", "time": TIME, "n": number}))
        tail.append(line)
    first = telling(kept, before=head_of([]), last=head, head=head)
    second = telling(tail, before=head_of(kept), last=after, head=after)
    streams = iter([first, second])

    def script(requests: Iterator[Any]) -> Iterator[Any]:
        yield from next(streams)(requests)

    gateway.answers["ExportRecords"] = script
    answer = fetch(gateway, out, *words)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert why in answer.stderr


def test_two_exports_to_one_file(out: Path) -> None:
    """Neither gives its name to the other one's half: the first that is complete has it."""

    def both() -> None:
        with opened(out) as first:
            first.write(b"half of it")
            with opened(out) as second:
                second.write(b"all of it")
            first.write(b", and the rest")

    with pytest.raises(click.UsageError, match="is there already"):
        both()

    assert [out] == list(out.parent.iterdir())
    assert b"all of it" == out.read_bytes()
