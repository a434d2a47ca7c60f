"""What is sealed can be read with its key, in its place, as it was; and in no other way."""

from pathlib import Path

import pytest

from meshkit.config import ConfigError
from meshkit.sealing import OVERHEAD, UNSEALED, Ring, Sealer, Unopenable, key_of
from tests.sealing import KEY, OTHER, key_file, key_id, sealer

SECRET = b"\x3f a face as numbers" * 8


def test_what_is_sealed_comes_back_and_cannot_be_seen() -> None:
    """It names its key, and tells nothing but its length."""
    kept = sealer(KEY).seal(SECRET, b"here")

    assert SECRET == sealer(KEY).open(kept, b"here")
    assert (key_id(KEY), len(SECRET) + OVERHEAD) == (key_of(kept), len(kept))
    assert SECRET[:8] not in kept


def test_no_two_envelopes_are_alike() -> None:
    """Not of the same content, place and process: nonces differ."""
    one = sealer(KEY)
    envelopes = {one.seal(SECRET, b"here")[-len(SECRET) :] for _ in range(1000)}

    assert 1000 == len(envelopes)


def test_each_process_has_a_data_key_of_its_own() -> None:
    """So no process needs to know which nonces another one used."""
    heads = {sealer(KEY).seal(b"", b"")[:52] for _ in range(3)}

    assert 3 == len(heads)


def test_every_changed_byte_is_found() -> None:
    """Wherever it is: in the head, the nonce, the content or the tag."""
    one = sealer(KEY)
    kept = one.seal(SECRET, b"here")
    for at in range(len(kept)):
        altered = bytearray(kept)
        altered[at] ^= 1
        with pytest.raises(Unopenable):
            one.open(bytes(altered), b"here")


def test_an_envelope_opens_in_its_place_only() -> None:
    """One that is copied over another is found out."""
    one = sealer(KEY)
    kept = one.seal(SECRET, b"here")

    with pytest.raises(Unopenable, match="altered, or belongs to another place"):
        one.open(kept, b"there")


def test_a_key_that_is_missing_is_named() -> None:
    """By its id, which does not tell the key."""
    kept = sealer(KEY).seal(SECRET, b"here")

    with pytest.raises(Unopenable, match=key_id(KEY)):
        sealer(OTHER).open(kept, b"here")
    with pytest.raises(ConfigError, match=key_id(KEY)):
        sealer(OTHER).require([key_of(kept)])
    assert KEY not in key_id(KEY)


def test_the_first_key_seals_and_all_open() -> None:
    """So a key can be replaced while things are sealed with it."""
    old, both, new = sealer(KEY), sealer(OTHER, KEY), sealer(OTHER)
    kept = old.seal(SECRET, b"here")
    again = both.seal(both.open(kept, b"here"), b"here")

    assert (key_id(KEY), key_id(OTHER)) == (key_of(kept), key_of(again))
    assert SECRET == new.open(again, b"here")


def test_without_keys_nothing_is_sealed() -> None:
    """What is written down is what was given, and is read as it is."""
    none = Sealer()

    assert UNSEALED == none.key_id
    assert SECRET == none.seal(SECRET, b"here") == none.open(SECRET, b"elsewhere")


def test_with_a_key_what_is_not_sealed_is_refused() -> None:
    """Or who can write could put in what they like; unless the keys say that it may be."""
    with pytest.raises(Unopenable, match="not sealed: add the line unsealed"):
        sealer(KEY).open(SECRET, b"here")

    assert SECRET == sealer(KEY, UNSEALED).open(SECRET, b"here")


@pytest.mark.parametrize("line", [OTHER, UNSEALED])
def test_a_key_that_came_meanwhile_is_looked_for(tmp_path: Path, line: str) -> None:
    """Another process may have been given it first; this one goes on sealing with its own."""
    path = key_file(tmp_path / "keys", KEY)
    one = Sealer(lambda: Ring.read(path))
    key_file(path, line, KEY)

    assert SECRET == one.open(sealer(line).seal(SECRET, b"here"), b"here")
    assert key_id(KEY) == key_of(one.seal(SECRET, b"here"))


def test_keys_that_are_renewed_while_one_is_looked_for_stay_renewed() -> None:
    """The thread that looked must not put the first key from before back in front."""

    def read() -> Ring:
        asked.append(None)
        if len(asked) == 2:  # it looks for a key that is missing
            one.renew([])
        return Ring.parse(KEY if len(asked) == 1 else f"{OTHER}\n{KEY}")

    asked: list[None] = []
    one = Sealer(read)

    assert SECRET == one.open(sealer(OTHER).seal(SECRET, b"here"), b"here")
    assert key_id(OTHER) == key_of(one.seal(SECRET, b"here"))


def test_keys_that_cannot_be_read_leave_those_from_before(tmp_path: Path) -> None:
    """The line says what is wrong, and sealing goes on."""
    path = key_file(tmp_path / "keys", KEY)
    one = Sealer(lambda: Ring.read(path))
    key_file(path, "nonsense")

    with pytest.raises(ConfigError, match="line 1"):
        one.renew([])
    assert key_id(KEY) == key_of(one.seal(SECRET, b"here"))


def test_keys_that_are_needed_cannot_be_taken_away(tmp_path: Path) -> None:
    """Who takes the old key out too early is told, and what there is stays readable."""
    path = key_file(tmp_path / "keys", KEY)
    one = Sealer(lambda: Ring.read(path))
    kept = one.seal(SECRET, b"here")
    key_file(path, OTHER)

    with pytest.raises(ConfigError, match=key_id(KEY)):
        one.renew([key_id(KEY)])
    assert SECRET == one.open(kept, b"here")
    key_file(path, OTHER, KEY)
    one.renew([key_id(KEY)])
    assert key_id(OTHER) == key_of(one.seal(SECRET, b"here"))


def test_comments_and_blank_lines_are_passed_over() -> None:
    """An operator notes which key is which."""
    ring = Ring.parse(f"# since May\n{KEY}\n\n{UNSEALED}  # until all is sealed\n")

    assert [key_id(KEY), UNSEALED] == list(ring.keys)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "there is none", id="nothing"),
        pytest.param("# a comment", "there is none", id="comment"),
        pytest.param(f"{KEY}\nsealed", "line 2 must be 32 bytes in base64", id="word"),
        pytest.param(KEY[:-4], "line 1 must be 32 bytes", id="too short"),
        pytest.param(KEY + KEY, "line 1 must be 32 bytes", id="too long"),
    ],
)
def test_what_is_no_key_is_refused(text: str, problem: str) -> None:
    """The line is named, and not shown: it may be most of a key."""
    with pytest.raises(ConfigError, match=problem) as refused:
        Ring.parse(text)

    assert KEY[:8] not in str(refused.value)


def test_a_file_of_keys_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As whoever mistyped its name needs it."""
    with pytest.raises(ConfigError, match="nowhere: No such file"):
        Ring.read(tmp_path / "nowhere")
