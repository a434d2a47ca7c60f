"""Logs of versions that knew no chain become the beginning of one."""

import fcntl
import json
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.records.log import DecisionLog
from gateway.records.takeover import FILE
from meshkit.chain import FOLDER, PLAIN, verify
from meshkit.chain.segments import name_of
from meshkit.config import ConfigError
from tests.chains import TIME
from tests.records import kept

OLD = [
    {"kind": "decision", "decision_id": "d-1", "time": TIME, "purpose": "\N{SNOWMAN}"},
    {"decision_id": "d-2", "time": TIME},
    {"kind": "erasure", "time": TIME, "person_id": "alice"},
]


def write_old(data: Path, rest: str = "") -> bytes:
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in OLD)
    (data / FILE).write_text(lines + rest, encoding="utf-8")
    return (data / FILE).read_bytes()


def test_takes_an_old_log_over(tmp_path: Path) -> None:
    """Its records come first, and the chain says what they were taken from."""
    content = write_old(tmp_path, '{"kind": "deci')

    with DecisionLog(tmp_path):
        pass

    one, two, three, takeover = kept(tmp_path)
    assert OLD[0].items() <= one.items()
    assert {**OLD[1], "kind": "decision"}.items() <= two.items()
    assert OLD[2].items() <= three.items()
    assert {"kind": "takeover", "records": 3, "sha256": sha256(content).hexdigest()}.items() <= (
        takeover.items()
    )
    assert not (tmp_path / FILE).exists()
    assert 6 == verify(tmp_path / FOLDER, PLAIN).record_count


def test_a_takeover_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    """A crash leaves a draft, or the old file beside the chain that holds its records."""
    write_old(tmp_path)
    (tmp_path / f"{FOLDER}.new").mkdir()
    (tmp_path / f"{FOLDER}.new" / name_of(1)).write_text("half a")
    for _ in range(2):
        with DecisionLog(tmp_path):
            pass
        write_old(tmp_path)

    with DecisionLog(tmp_path):
        pass

    assert 4 == len(kept(tmp_path))
    assert not (tmp_path / FILE).exists()


def test_an_old_log_that_came_later_is_refused(tmp_path: Path) -> None:
    """An earlier version that ran since has written what belongs nowhere."""
    with DecisionLog(tmp_path):
        pass
    write_old(tmp_path)

    with pytest.raises(ConfigError, match="move it elsewhere"), DecisionLog(tmp_path):
        pass


@pytest.mark.parametrize("line", ["no json", "[]", '{"time": 7}', '{"time": "noon"}', "{}"])
def test_an_old_log_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    """With the line that is wrong; nothing is lost."""
    content = write_old(tmp_path, line + "\n")

    with pytest.raises(ConfigError, match="line 4 is no record"), DecisionLog(tmp_path):
        pass

    assert content == (tmp_path / FILE).read_bytes()


def test_an_old_log_in_use_is_refused(tmp_path: Path) -> None:
    """An earlier version of the gateway may still be writing to it."""
    write_old(tmp_path)

    with (tmp_path / FILE).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ConfigError, match="another gateway"), DecisionLog(tmp_path):
            pass
