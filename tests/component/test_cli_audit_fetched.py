"""``sureface audit export --gateway``: what comes is checked before anybody gets a file of it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from client.exits import Exit
from faces.errors import LogBroken, RecordsMissing
from meshkit.chain import Head
from tests.audits import run
from tests.chains import KEYED
from tests.exports import handing_out, head_of, lines_made
from tests.fake_gateway import FakeGateway

LINES = lines_made(5)


@pytest.fixture(name="out")
def _out(tmp_path: Path) -> Path:
    return tmp_path / "records.jsonl"


def fetch(gateway: FakeGateway, *words: object) -> Result:
    return run("export", "--gateway", gateway.address, *words)


def test_what_comes_verifies_alone(gateway: FakeGateway, out: Path) -> None:
    """Lines as they are in the log, then the proof; the head is told, to be noted."""
    answer = fetch(gateway, "--out", out)

    assert (Exit.OK, 0o600) == (answer.exit_code, out.stat().st_mode & 0o777)
    *lines, proof = out.read_bytes().splitlines(keepends=True)
    assert LINES == lines
    assert str(head_of(LINES)) == json.loads(proof)["head"]
    assert f"head  {head_of(LINES)}" in answer.stdout
    assert Exit.OK == run("verify", out, "--head", head_of(LINES[:3])).exit_code
    assert [out] == list(out.parent.iterdir())


def test_a_log_with_a_key(gateway: FakeGateway, out: Path, tmp_path: Path) -> None:
    """Verifies by it, and by no other."""
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_bytes(KEYED.key)
    other.write_bytes(b"o" * 32)
    gateway.answers["ExportRecords"] = handing_out(lines_made(5, KEYED))

    wrong = fetch(gateway, "--key", other, "--out", out)
    right = fetch(gateway, "--key", key, "--out", out)

    assert (Exit.BROKEN, Exit.OK) == (wrong.exit_code, right.exit_code)
    assert Exit.OK == run("verify", out, "--key", key).exit_code


def test_it_goes_to_stdout(gateway: FakeGateway) -> None:
    """For pipes: nothing but the lines and the proof."""
    answer = fetch(gateway)

    assert LINES == answer.stdout_bytes.splitlines(keepends=True)[:-1]


def test_an_export_goes_on(gateway: FakeGateway, out: Path) -> None:
    """Behind the head of an earlier one, which is then found in the new file."""
    noted = head_of(LINES[:3])
    answer = fetch(gateway, "--after", noted, "--out", out)

    assert Exit.OK == answer.exit_code
    assert LINES[3:] == out.read_bytes().splitlines(keepends=True)[:-1]
    assert Exit.OK == run("verify", out, "--head", noted).exit_code


def test_a_log_that_is_another_one(gateway: FakeGateway, out: Path) -> None:
    """At the place that was noted stands something else: nothing is written."""
    answer = fetch(gateway, "--after", Head(3, "a" * 64), "--out", out)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert "the gateway goes on behind 3:" in answer.stderr


def changed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[3].replace(b'"number":3', b'"number":4'), lines[4]]


def removed(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4]]


def resealed(lines: list[bytes]) -> list[bytes]:
    return lines_made(len(lines), KEYED)


@pytest.mark.parametrize(
    ("tamper", "why"),
    [
        (changed, "record 4: its content does not fit its hash: changed"),
        (removed, "record 4: record 5 is in its place"),
        (resealed, "record 1: it is sealed with a key, and none is given"),
    ],
)
def test_a_gateway_that_hands_out_something_else(
    gateway: FakeGateway, out: Path, tamper: Callable[[list[bytes]], list[bytes]], why: str
) -> None:
    """Is found while it does; no file is left."""
    gateway.answers["ExportRecords"] = handing_out(tamper(LINES))
    answer = fetch(gateway, "--out", out)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert why in answer.stderr


def test_a_gateway_that_stops_early(gateway: FakeGateway, out: Path) -> None:
    """Records that it said would come, and that did not, are missed."""
    whole = handing_out(LINES, size=5)

    def script(requests: Iterator[Any]) -> Iterator[Any]:
        [answer] = whole(requests)
        answer.last = str(Head(5, "b" * 64))
        yield answer

    gateway.answers["ExportRecords"] = script
    answer = fetch(gateway, "--out", out)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert "the gateway said that 5:bbb" in answer.stderr


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (LogBroken(position=7, problem="changed"), "the decision log is broken at record 7"),
        (RecordsMissing(position=9, head_position=5), "record 9 is not in the log"),
    ],
    ids=["broken", "cut"],
)
def test_a_log_that_is_broken_at_the_gateway(
    gateway: FakeGateway, out: Path, error: LogBroken | RecordsMissing, why: str
) -> None:
    """Leaves with the code that scripts know from `sureface audit verify`."""
    gateway.answers["ExportRecords"] = error
    answer = fetch(gateway, "--out", out)

    assert (Exit.BROKEN, []) == (answer.exit_code, list(out.parent.iterdir()))
    assert why in answer.stderr


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--after", head_of(LINES)], id="without a gateway"),
        pytest.param(
            ["--gateway", "127.0.0.1:1", "--after", head_of(LINES), "--since", "7d"], id="or since"
        ),
        pytest.param(["--gateway", "127.0.0.1:1", "--after", "3"], id="a place alone"),
    ],
)
def test_wrong_use(words: list[object]) -> None:
    """Of options that do not go together."""
    assert Exit.USAGE == run("export", *words).exit_code


def test_nothing_is_overwritten(gateway: FakeGateway, out: Path) -> None:
    """An export goes to a new file; what a killed one left is no obstacle."""
    left = out.with_name(f"{out.name}.new")
    left.write_text("half")
    first, second = fetch(gateway, "--out", out), fetch(gateway, "--out", out)

    assert (Exit.OK, Exit.USAGE) == (first.exit_code, second.exit_code)
    assert "is there already" in second.stderr
