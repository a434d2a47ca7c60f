"""``sureface audit export``: what leaves a decision log can be checked by whoever gets it."""

import json
from pathlib import Path
from typing import Any

import pytest

from client.exits import Exit
from meshkit.chain import FOLDER, Head
from tests.audits import decide, run
from tests.chains import lines_of


@pytest.fixture(name="data")
async def _data(tmp_path: Path) -> Path:
    """With a log of five decisions."""
    await decide(tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("period", "hours"),
    [
        pytest.param([], [0, 1, 2, 3, 4], id="all"),
        pytest.param(["--since", "2026-01-02T02:00"], [2, 3, 4], id="from an hour on"),
        pytest.param(["--until", "2026-01-02T02:00:00+00:00"], [0, 1], id="before an hour"),
        pytest.param(
            ["--since", "2026-01-02T01:00", "--until", "2026-01-02T03:00"], [1, 2], id="two hours"
        ),
        pytest.param(["--since", "2026-01-02T04:30", "--until", "2026-01-03"], [], id="none"),
    ],
)
def test_an_excerpt_proves_itself(
    data: Path, tmp_path: Path, period: list[str], hours: list[int]
) -> None:
    """Lines as they are in the log, then a proof; a head noted inside of it is found."""
    out = tmp_path / "excerpt.jsonl"

    assert Exit.OK == run("export", "--data", data, *period, "--out", out).exit_code

    *lines, proof = out.read_bytes().splitlines(keepends=True)
    assert set(lines) <= {line for _, line in lines_of(data / FOLDER)}
    assert hours == [json.loads(line)["hour"] for line in lines if b'"hour"' in line]
    last = json.loads(proof)["last"]
    assert Exit.OK == run("verify", out, "--head", last).exit_code
    assert 0o600 == out.stat().st_mode & 0o777
    assert bool(period) == bool(json.loads(proof)["since"] or json.loads(proof)["until"])


def test_an_excerpt_goes_to_stdout(data: Path) -> None:
    """For pipes, as it is in the files."""
    answer = run("export", "--data", data)

    written = b"".join(line for _, line in lines_of(data / FOLDER))
    assert answer.stdout_bytes.startswith(written)


def tampered(lines: list[bytes], how: str) -> list[bytes]:
    match how:
        case "changed":
            return [lines[0], lines[1].replace(b'"hour":2', b'"hour":0'), *lines[2:]]
        case "removed":
            return [lines[0], *lines[2:]]
        case "first removed":
            return lines[1:]
        case "last removed":
            return [*lines[:-2], lines[-1]]
        case "no proof":
            return lines[:-1]
        case "proof inside":
            return [lines[-1], *lines]
    raise ValueError(how)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        pytest.param(
            "changed", "record 4, excerpt.jsonl line 2: its content does not fit its hash"
        ),
        pytest.param("removed", "record 4, excerpt.jsonl line 2: record 5 is in its place"),
        pytest.param("first removed", "record 3, excerpt.jsonl line 1: record 4 is in its place"),
        pytest.param("last removed", "record 4, excerpt.jsonl: records are missing behind it"),
        pytest.param("no proof", "excerpt.jsonl: the file does not end in a proof"),
        pytest.param("proof inside", "record 3, excerpt.jsonl line 1: this is no record"),
    ],
)
def test_an_excerpt_that_was_tampered_with(data: Path, tmp_path: Path, how: str, why: str) -> None:
    """Whoever gets it can tell without the log."""
    out = tmp_path / "excerpt.jsonl"
    period: list[Any] = ["--since", "2026-01-02T01:00", "--until", "2026-01-02T04:00"]
    run("export", "--data", data, *period, "--out", out)
    out.write_bytes(b"".join(tampered(out.read_bytes().splitlines(keepends=True), how)))

    answer = run("verify", out)

    assert Exit.BROKEN == answer.exit_code
    assert why in answer.stderr


def test_an_excerpt_of_another_log(data: Path, tmp_path: Path) -> None:
    """One that somebody made up is not of the log whose head was noted."""
    out = tmp_path / "excerpt.jsonl"
    run("export", "--data", data, "--out", out)

    answer = run("verify", out, "--head", Head(5, "a" * 64))

    assert Exit.BROKEN == answer.exit_code
    assert "record 5, excerpt.jsonl: it is not in here, or not as it was noted" in answer.stderr


def test_nothing_is_overwritten(data: Path, tmp_path: Path) -> None:
    """An excerpt goes to a new file."""
    (tmp_path / "there").write_text("mine")

    answer = run("export", "--data", data, "--out", tmp_path / "there")

    assert Exit.USAGE == answer.exit_code
    assert "mine" == (tmp_path / "there").read_text()
