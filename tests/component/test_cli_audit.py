"""``sureface audit``: what an auditor sees of a decision log, good or bad."""

import json
import shutil
from pathlib import Path

import pytest

from client.exits import Exit
from meshkit.chain import FOLDER, Head, seal_by
from meshkit.chain.segments import name_of
from tests.audits import decide, run
from tests.chains import lines_of, put


@pytest.fixture(name="head")
async def _head(tmp_path: Path) -> Head:
    return await decide(tmp_path / "data")


@pytest.fixture(name="data")
def _data(head: Head, tmp_path: Path) -> Path:
    assert head
    return tmp_path / "data"


def test_a_good_log_verifies(data: Path, head: Head) -> None:
    """It says how much there is, and where it ends."""
    shown = run("verify", "--data", data)
    answer = json.loads(run("verify", "--data", data, "--json", "--head", head).output)

    assert Exit.OK == shown.exit_code
    assert ["records   7", f"head      {head}"] == [
        line for line in shown.output.splitlines() if line.startswith(("records", "head"))
    ]
    assert {"records": 7, "removed": 0, "head": str(head), "unfinished_bytes": 0}.items() <= (
        answer.items()
    )
    assert {"decision": 5, "start": 1, "stop": 1} == answer["kinds"]


def test_a_bad_record_is_named(data: Path) -> None:
    """On stderr in one line, in JSON for machines, and by an exit code of its own."""
    lines = lines_of(data / FOLDER)
    file, line = lines[3]
    lines[3] = (file, line.replace(b'"hour":2', b'"hour":3'))
    put(lines)

    shown = run("verify", "--data", data)
    told = run("verify", "--data", data, "--json")

    what = "its content does not fit its hash: changed"
    number = [each for each in lines if each[0] == file].index(lines[3]) + 1
    assert f"sureface: record 4, {file.name} line {number}: {what}\n" == shown.stderr
    assert (Exit.BROKEN, Exit.BROKEN) == (shown.exit_code, told.exit_code)
    place = {"position": 4, "file": file.name, "line": number, "what": what}
    assert {"broken": place} == json.loads(told.stdout)


@pytest.mark.parametrize("command", [["head"], ["export"]], ids=lambda each: each[0])
def test_nothing_is_told_of_a_bad_log(data: Path, command: list[str]) -> None:
    """Neither a head nor an excerpt comes of a log that does not verify."""
    (data / FOLDER / name_of(1)).write_bytes(b"{}\n")

    answer = run(*command, "--data", data)

    assert (Exit.BROKEN, "") == (answer.exit_code, answer.stdout)
    assert "record 1, 000000000001.jsonl line 1" in answer.stderr


def test_a_noted_head_finds_a_log_that_was_cut(data: Path, head: Head) -> None:
    """The chain alone cannot tell that its end is missing."""
    noted = run("head", "--data", data).output.strip()
    last = max((data / FOLDER).iterdir())
    last.write_bytes(b"".join(last.read_bytes().splitlines(keepends=True)[:-1]))

    assert str(head) == noted
    assert Exit.OK == run("verify", "--data", data).exit_code
    found = run("verify", "--data", data, "--head", noted)
    assert Exit.BROKEN == found.exit_code
    assert "1 are cut off at the end" in found.stderr


def test_a_noted_head_finds_a_log_that_is_gone(data: Path, head: Head) -> None:
    """Whoever removes all of it is found, too."""
    shutil.rmtree(data / FOLDER)

    assert Exit.USAGE == run("verify", "--data", data).exit_code
    assert Exit.BROKEN == run("verify", "--data", data, "--head", head).exit_code


async def test_a_key_is_asked_for(tmp_path: Path) -> None:
    """A log with a key verifies with that key only; the key is never shown."""
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_text("k" * 40 + "\n")
    other.write_text("o" * 40)
    head = await decide(tmp_path, seal_by(key))

    good = run("verify", "--data", tmp_path, "--key", key, "--head", head)
    bad = [run("verify", "--data", tmp_path, *words) for words in ([], ["--key", other])]

    assert Exit.OK == good.exit_code
    assert [Exit.BROKEN] * 2 == [each.exit_code for each in bad]
    assert ["none is given\n", "another key\n"] == [
        each.stderr[each.stderr.rindex(word) :]
        for each, word in zip(bad, ["none", "another"], strict=True)
    ]


def test_a_key_that_is_too_short(data: Path, tmp_path: Path) -> None:
    """It would be guessed."""
    (tmp_path / "key").write_text("secret")

    answer = run("verify", "--data", data, "--key", tmp_path / "key")

    assert Exit.USAGE == answer.exit_code
    assert "has 6 bytes, at least 32 are needed" in answer.stderr
