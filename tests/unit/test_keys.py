"""API keys: the file that they are in, their secrets, and what is remembered of them."""

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2.exceptions import VerificationError

from faces.errors import QueueFull
from gateway.identity import keys as in_force
from gateway.identity.keys import KeysInForce
from meshkit.keys.key import KeyState, Role
from meshkit.keys.key_file import KeysWrong, parse, to_bytes
from meshkit.keys.secret import hashed, joined, matches, new_key_id, new_secret, split
from tests.identities import Held, expired, held, revoked

KEY = held(Role.REVIEWER, collections=("staff",), scenes=("door",), calls_per_s=2.5)


class Counted:
    """Checks secrets, and how often."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, secret_hash: str, secret: str) -> bool:
        self.count += 1
        return matches(secret_hash, secret)


@pytest.fixture(name="checks")
def _checks(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted()
    monkeypatch.setattr(in_force, "matches", counted)
    return counted


def office(*keys: Held) -> KeysInForce:
    return KeysInForce({each.key.key_id: each.key for each in keys}, ended=lambda _: None)


def changed(**members: Any) -> bytes:
    """The file of one key, of which some members are others."""
    document = json.loads(to_bytes([KEY.key]))
    document["keys"][0] |= members
    return json.dumps(document).encode()


def test_a_file_holds_what_was_written() -> None:
    """All of each key, in the same order."""
    others = [expired(held(Role.DEVICE)), revoked(held(Role.AUDITOR)), KEY]

    assert [each.key for each in others] == list(
        parse(to_bytes(each.key for each in others)).values()
    )


def test_a_file_holds_no_secret() -> None:
    """Whoever reads it cannot call."""
    assert KEY.secret.encode() not in to_bytes([KEY.key])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "it cannot be read", id="nothing"),
        pytest.param(b"{", "it is not JSON", id="half"),
        pytest.param(b"\xff", "it is not JSON", id="no text"),
        pytest.param(b"[]", "it has no list of keys", id="a list"),
        pytest.param(b"[" * 10**6, "it is not JSON", id="brackets"),
        pytest.param(b" " * (4 * 2**20 + 1), "it is longer than 4194304 bytes", id="too long"),
        pytest.param(b'{"keys": [7]}', "key 1: its fields are not those of a key", id="a number"),
        pytest.param(changed(admin=True), "key 1: its fields are not those of a key", id="unknown"),
        pytest.param(changed(role="king"), "key 1: there is no such role", id="role"),
        pytest.param(changed(name="Ann"), "key 1: name must be in small letters", id="name"),
        pytest.param(changed(key_id="1"), "key 1: key_id must be twelve", id="id"),
        pytest.param(changed(secret_hash="plain"), "key 1: secret_hash must be of", id="hash"),
        pytest.param(changed(expire_time="soon"), "key 1: expire_time is not a time", id="time"),
        pytest.param(
            changed(revoke_time="2026-01-01T00:00:00"), "revoke_time has no time zone", id="zone"
        ),
        pytest.param(changed(revoke_time=1), "key 1: revoke_time is not text", id="time as number"),
        pytest.param(changed(scenes="door"), "key 1: scenes is not a list of texts", id="scenes"),
        pytest.param(changed(collections=["a b"]), "key 1: collections must be", id="collection"),
        pytest.param(changed(calls_per_s=0), "calls_per_s must be positive", id="no calls"),
        pytest.param(changed(calls_per_s=True), "calls_per_s is not a number", id="rate"),
    ],
)
def test_a_wrong_file_is_refused_whole(content: bytes | None, problem: str) -> None:
    """And the reason holds no name and no hash."""
    with pytest.raises(KeysWrong, match=problem) as refused:
        parse(content)

    assert "argon2id$v" not in str(refused.value)


def test_a_key_that_is_there_twice_is_refused() -> None:
    """Which of them counts would be a matter of luck."""
    with pytest.raises(KeysWrong, match="key 2: its key_id is there twice"):
        parse(to_bytes([KEY.key, KEY.key]))


@pytest.mark.parametrize(
    ("given", "state"),
    [
        pytest.param(KEY, KeyState.VALID, id="holds"),
        pytest.param(expired(KEY), KeyState.EXPIRED, id="expired"),
        pytest.param(revoked(expired(KEY)), KeyState.REVOKED, id="revoked"),
    ],
)
def test_a_key_tells_whether_it_holds(given: Held, state: KeyState) -> None:
    """Revoked is for good; what does not expire holds for ever."""
    assert state is given.key.state(datetime.now(UTC) + timedelta(hours=1))


def test_a_secret_is_known_by_its_hash() -> None:
    """Each has a salt of its own, and no other secret fits."""
    secret = new_secret()
    kept = [hashed(secret), hashed(secret)]

    assert kept[0] != kept[1]
    assert [True, True] == [matches(each, secret) for each in kept]
    assert not matches(kept[0], new_secret())


async def test_a_check_that_fails_says_nothing_of_the_secret(
    checks: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moment without memory is our fault, and is forgotten: the key holds at the next call."""
    keys = office(KEY)

    def fails(*_: object) -> bool:
        return matches("$argon2id$broken", "")

    with monkeypatch.context() as patched:
        patched.setattr(in_force, "matches", fails)
        with pytest.raises(VerificationError):
            await keys.identity(KEY.credential)

    assert await keys.identity(KEY.credential)
    assert 1 == checks.count


def test_a_credential_is_taken_apart_as_it_was_put_together() -> None:
    """Secrets may hold the sign that parts are joined by."""
    assert ("0123456789ab", "a_b_c") == split(joined("0123456789ab", "a_b_c"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("sf_0123456789ab", id="no secret"),
        pytest.param("sf_0123456789ab_", id="an empty secret"),
        pytest.param("sf_0123456789AB_x", id="an id in capitals"),
        pytest.param(f"sf_0123456789ab_{'x' * 200}", id="too long"),
        pytest.param("eyJhbGciOiJub25lIn0.e30.", id="a token"),
    ],
)
def test_what_is_no_key_is_not_looked_at(text: str) -> None:
    """It costs nothing to refuse."""
    assert split(text) is None


async def test_a_key_is_checked_once(checks: Counted) -> None:
    """The second call of a door does not wait; a hundred first ones wait for one check."""
    keys = office(KEY)
    found = await asyncio.gather(*(keys.identity(KEY.credential) for _ in range(100)))
    found.append(await keys.identity(KEY.credential))

    assert {"ann"} == {each.subject for each in found if each}
    assert (101, 1) == (len(found), checks.count)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(lambda key: [revoked(key)], id="revoked"),
        pytest.param(lambda key: [expired(key)], id="expired"),
        pytest.param(lambda _: [], id="removed"),
        pytest.param(
            lambda key: [replace(key, key=replace(key.key, secret_hash=hashed("other")))],
            id="another secret",
        ),
    ],
)
async def test_what_is_remembered_outlives_no_key(after: Callable[[Held], list[Held]]) -> None:
    """That a secret was right once does not make its key hold."""
    ended: list[Collection[str]] = []
    other = held(Role.DEVICE)
    known = {each.key.key_id: each.key for each in (KEY, other)}
    keys = KeysInForce(known, ended=ended.append)
    before = await keys.identity(KEY.credential)
    await keys.offer(to_bytes(each.key for each in (*after(KEY), other)))

    assert before
    assert [{KEY.key.key_id}] == ended
    assert await keys.identity(KEY.credential) is None


async def test_an_unknown_key_is_checked_like_a_known_one(checks: Counted) -> None:
    """The time that a refusal takes does not tell whether there is such a key."""
    keys = office(KEY)
    for key_id in (KEY.key.key_id, new_key_id()):
        assert await keys.identity(joined(key_id, new_secret())) is None

    assert 2 == checks.count


async def test_strangers_do_not_queue_without_end() -> None:
    """Beyond a number of credentials that wait, more are refused; who is known is served."""
    keys = office(KEY)
    await keys.identity(KEY.credential)
    guesses = [joined(new_key_id(), new_secret()) for _ in range(65)]
    waiting = asyncio.gather(*map(keys.identity, guesses), return_exceptions=True)
    await asyncio.sleep(0)
    known = await keys.identity(KEY.credential)
    outcomes = await waiting

    assert known
    assert {None: 64, QueueFull: 1} == {
        None: outcomes.count(None),
        QueueFull: sum(isinstance(each, QueueFull) for each in outcomes),
    }


def test_keys_are_not_shown() -> None:
    """Whoever prints a key by mistake prints no secret."""
    assert KEY.secret not in repr(KEY.key)


async def test_the_keys_of_a_file_hold_from_the_start(tmp_path: Path) -> None:
    """With their limits."""
    file = tmp_path / "keys.json"
    file.write_bytes(to_bytes([KEY.key]))
    keys = await KeysInForce.first(file, ended=lambda _: None)

    found = await keys.identity(KEY.credential)
    assert found
    assert (KEY.key.key_id, frozenset({"staff"}), 2.5) == (
        found.key_id,
        found.collections,
        found.calls_per_s,
    )
