"""The file of template keys, and the spaces that follow from it."""

from pathlib import Path

import numpy as np
import pytest

from faces.errors import ContractMismatch
from gateway.backends.spaces import Space, Spaces
from gateway.backends.turning import turn
from meshkit.config import ConfigError
from meshkit.template_keys import TemplateKeys
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.sealing import KEY, OTHER, key_file

ARC = "arc4-000000000001"
VECTOR = np.array([1, 0, 0, 0], dtype=np.float32)


def space(text: str, collection_id: str = "staff") -> Space:
    return Spaces(TemplateKeys.parse(text)).of(collection_id)


def test_each_collection_has_its_line_or_that_of_all_others() -> None:
    """And one that is to stay as it is says so."""
    keys = TemplateKeys.parse(f"# since May\nstaff  {KEY}\nold plain # for now\n* {OTHER}\n")

    assert bytes(range(32)) == keys.of("staff")
    assert bytes(range(32, 64)) == keys.of("guests")
    assert keys.of("old") is None


def test_without_a_line_for_all_the_others_have_no_key() -> None:
    """Nothing changes for them; nor for anybody without a file."""
    assert TemplateKeys.parse(f"staff {KEY}").of("guests") is None
    assert TemplateKeys.read(None).of("staff") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "there is none", id="nothing"),
        pytest.param("# a comment", "there is none", id="comment"),
        pytest.param(f"* {KEY}\nstaff", "line 2 must be a collection or", id="no key"),
        pytest.param(f"staff {KEY[:-4]}", "line 1 must be", id="too short"),
        pytest.param(f"staff {KEY} {KEY}", "line 1 must be", id="two keys"),
        pytest.param(f"a/b {KEY}", "line 1 must be", id="no collection"),
        pytest.param(f"staff {KEY}\nstaff plain", "line 2: staff has a line", id="twice"),
    ],
)
def test_what_is_no_file_of_keys_is_refused(text: str, problem: str) -> None:
    """The line is named, and not shown: it may be most of a key."""
    with pytest.raises(ConfigError, match=f"template keys: {problem}") as refused:
        TemplateKeys.parse(text)

    assert KEY[:8] not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As whoever mistyped its name needs it; one with keys is read."""
    with pytest.raises(ConfigError, match=r"template keys: .*nowhere: No such file"):
        TemplateKeys.read(tmp_path / "nowhere")

    assert TemplateKeys.read(key_file(tmp_path / "keys", f"staff {KEY}")).of("staff")


async def test_a_space_with_a_key_has_another_contract_and_other_vectors() -> None:
    """The same for every gateway with that key, and for no other."""
    one, same, other = (space(f"* {key}") for key in (KEY, KEY, OTHER))

    there = await one.one(VECTOR, ARC)

    assert one.contract(ARC) == same.contract(ARC)
    assert 3 == len({ARC, one.contract(ARC), other.contract(ARC)})
    np.testing.assert_array_equal(there, await same.one(VECTOR, ARC))
    assert not np.allclose(there, await other.one(VECTOR, ARC), atol=0.01)
    assert not np.allclose(there, VECTOR, atol=0.01)


async def test_one_vector_is_turned_as_many_are() -> None:
    """A probe and a template of one face are the same."""
    keyed, many = space(f"* {KEY}"), [pb.NewTemplate(vector=VECTOR) for _ in range(3)]

    await turn(many, keyed, ARC, dimension=4)

    for each in many:
        there = np.frombuffer(each.packed_vector, "<f4")
        np.testing.assert_allclose(there, await keyed.one(VECTOR, ARC), atol=1e-6)


async def test_without_a_key_nothing_is_turned() -> None:
    """Neither vectors nor their contract."""
    plain = space(f"guests {KEY}")

    assert ARC == plain.contract(ARC) == plain.shown(ARC) == plain.pinned(ARC)
    assert VECTOR is await plain.one(VECTOR, ARC)


async def test_what_is_turned_is_not_turned_again() -> None:
    """As a file that was exported, under this key or another one."""
    one, other = space(f"* {KEY}"), space(f"* {OTHER}")
    kept = one.contract(ARC)

    assert kept == one.contract(kept) == other.contract(kept)
    assert VECTOR is await other.one(VECTOR, kept)


def test_callers_see_the_embedders_contract_under_the_right_key_only() -> None:
    """Another one is shown as it is, since nothing fits there."""
    one, other, plain = (space(text) for text in (f"* {KEY}", f"* {OTHER}", "* plain"))
    kept = one.contract(ARC)

    assert ARC == one.shown(kept)
    assert kept == other.shown(kept) == plain.shown(kept)


@pytest.mark.parametrize("text", [f"* {OTHER}", "* plain"], ids=["another key", "no key"])
def test_a_collection_under_a_key_that_is_not_there_is_refused(text: str) -> None:
    """Before anybody searches it for nothing; the words tell that it is a matter of keys."""
    kept = space(f"* {KEY}").contract(ARC)

    with pytest.raises(ContractMismatch, match=r"contract arc4-000000000001\.key-\w+ is in force"):
        space(text).pinned(kept)


def test_a_collection_without_a_key_is_refused_under_one() -> None:
    """As one that was filled before the key was made."""
    with pytest.raises(ContractMismatch, match=r"arc4-000000000001 is in force here, not .*\.key-"):
        space(f"* {KEY}").pinned(ARC)


def test_no_key_is_shown_where_something_is_printed() -> None:
    """As in a traceback."""
    keyed = space(f"* {KEY}")

    assert "key=" not in repr(keyed)
    assert KEY not in repr(TemplateKeys.parse(f"* {KEY}"))
