"""`sureface keys`: what it writes, what it shows once, and what it takes back."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from client.cli import main
from client.key_store import changing
from meshkit.keys.key import Key, KeyState, Role
from meshkit.keys.key_file import parse
from meshkit.keys.secret import matches, split
from tests.identities import NOW, held, write


def keys(*arguments: object) -> Result:
    words = ["keys", *map(str, arguments)]
    return CliRunner().invoke(main, words, prog_name="sureface")


def kept(file: Path) -> list[Key]:
    return list(parse(file.read_bytes()).values())


def test_a_key_is_shown_once(tmp_path: Path) -> None:
    """Alone on stdout, for scripts; what is kept fits to it, and does not hold it."""
    file = tmp_path / "keys.json"
    result = keys("create", file, "--name", "Door-3", "--role", "device", "--collection", "staff")

    parts = split(result.stdout.strip())
    assert parts
    [key] = kept(file)
    assert (0, parts[0]) == (result.exit_code, key.key_id)
    assert matches(key.secret_hash, parts[1])
    assert parts[1] not in file.read_text()
    assert ("door-3", Role.DEVICE, ("staff",), None) == (
        key.name,
        key.role,
        key.collections,
        key.expire_time,
    )


def test_the_file_is_nobody_elses_to_read(tmp_path: Path) -> None:
    """Hashes are no secrets, and nobody's business either."""
    file = tmp_path / "keys.json"
    keys("create", file, "--name", "ann", "--role", "reviewer")

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_the_mode_that_an_operator_gave_it_stays(tmp_path: Path) -> None:
    """The gateway may run as somebody else."""
    file = write(tmp_path / "keys.json", [])
    file.chmod(0o640)
    keys("create", file, "--name", "ann", "--role", "reviewer")

    assert 0o640 == stat.S_IMODE(file.stat().st_mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_the_owner_that_an_operator_gave_it_stays(tmp_path: Path) -> None:
    """A gateway that could not read the file any more would go on with what it has."""
    ann = held(Role.REVIEWER)
    file = write(tmp_path / "keys.json", [ann])
    os.chown(file, 1234, 5678)
    keys("revoke", file, ann.key.key_id)

    assert (1234, 5678) == (file.stat().st_uid, file.stat().st_gid)


def test_all_of_a_key_can_be_said(tmp_path: Path) -> None:
    """Scenes, an end and a rate; as JSON, the key comes beside what is kept of it."""
    file = tmp_path / "keys.json"
    options = ("--scene", "a", "--scene", "b", "--days", 90, "--rate", 2.5, "--json")
    told = json.loads(keys("create", file, "--name", "ann", "--role", "auditor", *options).stdout)

    [key] = kept(file)
    assert key.expire_time
    assert (("a", "b"), 2.5, 90) == (
        key.scenes,
        key.calls_per_s,
        (key.expire_time - key.create_time).days,
    )
    assert key.key_id == told["key"]["key_id"]
    assert told["api_key"].startswith(f"sf_{key.key_id}_")


def test_a_list_shows_no_hash(tmp_path: Path) -> None:
    """Neither for people nor as JSON."""
    file = write(tmp_path / "keys.json", [held(Role.DEVICE, name="door-3")])
    shown = [keys("list", file), keys("list", file, "--json")]

    assert [True, True] == ["door-3" in each.stdout for each in shown]
    assert [False, False] == ["argon2" in each.stdout for each in shown]


def test_a_revoked_key_stays_in_the_list(tmp_path: Path) -> None:
    """With the time of its end, which a second revocation does not move; others hold."""
    ann, bob = held(Role.REVIEWER), held(Role.REVIEWER, name="bob")
    file = write(tmp_path / "keys.json", [ann, bob])
    first = keys("revoke", file, ann.key.key_id)
    revoked = kept(file)
    keys("revoke", file, ann.key.key_id)

    assert 0 == first.exit_code
    assert [KeyState.REVOKED, KeyState.VALID] == [each.state(NOW) for each in revoked]
    assert revoked == kept(file)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["revoke", "{}", "0123456789ab"], 5, "no such key", id="unknown key"),
        pytest.param(["revoke", "{}.none", "0123456789ab"], 5, "no such key", id="no file"),
        pytest.param(["list", "{}.none"], 2, "it cannot be read", id="nothing to list"),
        pytest.param(
            ["create", "{}", "--name", "two words", "--role", "device"], 2, "name", id="a name"
        ),
        pytest.param(
            ["create", "{}", "--name", "x", "--role", "king"], 2, "king", id="an unknown role"
        ),
        pytest.param(
            ["create", "{}/x/y", "--name", "x", "--role", "device"], 2, "x", id="no folder"
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    """And nothing is changed by it."""
    file = write(tmp_path / "keys.json", [held(Role.DEVICE)])
    before = file.read_bytes()
    result = keys(*(each.format(file) for each in arguments))

    assert code == result.exit_code
    assert said in result.stderr
    assert before == file.read_bytes()
    assert not (tmp_path / "keys.json.none").exists()


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """What we cannot read, we would lose."""
    file = tmp_path / "keys.json"
    file.write_text("precious")
    result = keys("create", file, "--name", "ann", "--role", "reviewer")

    assert (2, "precious") == (result.exit_code, file.read_text())


def test_writers_take_turns(tmp_path: Path) -> None:
    """No key is lost between two who write at once."""
    file, many = tmp_path / "keys.json", [held(Role.DEVICE) for _ in range(8)]
    both = threading.Barrier(len(many))

    def add(number: int) -> None:
        both.wait()
        with changing(file) as known:
            known[many[number].key.key_id] = many[number].key

    threads = [threading.Thread(target=add, args=(number,)) for number in range(len(many))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {each.key.key_id for each in many} == {key.key_id for key in kept(file)}
