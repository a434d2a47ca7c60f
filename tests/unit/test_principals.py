"""Who acts, by what a request says and by what its credential does."""

from collections.abc import Callable
from typing import Any

import pytest

from faces.errors import FieldInvalid
from faces.review import Principal
from gateway.identity.asking import Identity, asking, being, in_reach
from gateway.reviewing.principals import oneself, principal
from meshkit.keys.key import Role

ANN = Identity(subject="ann", roles=frozenset({Role.REVIEWER}), key_id="key-a")


def test_without_credentials_a_request_is_believed() -> None:
    """As on loopback, where nobody asks for any."""
    assert Principal("bob") == principal("bob") == oneself("bob", "reviewer_id")


def test_an_operator_may_be_named_by_another() -> None:
    """A system that calls for many: both are kept."""
    with being(ANN):
        assert Principal("bob", "key-a", "ann") == principal("bob")


def test_nobody_judges_as_somebody_else() -> None:
    """A reviewer is who the credential says."""
    with being(ANN):
        assert Principal("ann", "key-a", "ann") == oneself("ann", "reviewer_id")
        with pytest.raises(FieldInvalid, match="reviewer_id must be who the credential says"):
            oneself("bob", "reviewer_id")


@pytest.mark.parametrize(
    ("searcher", "same"),
    [
        pytest.param(Principal("ann", "key-z", "system"), True, id="named by a system"),
        pytest.param(Principal("bob", "key-z", "ann"), True, id="by another key, as somebody else"),
        pytest.param(Principal("bob", "key-a", "system"), True, id="by the same key"),
        pytest.param(Principal("bob", "key-z", "bob"), False, id="somebody else"),
        pytest.param(Principal("", "", ""), False, id="nobody"),
    ],
)
def test_nobody_reviews_their_own_search(searcher: Principal, same: bool) -> None:
    """Whatever they called themselves then, and whichever key they used."""
    reviewer = Principal("ann", "key-a", "ann")

    assert (same, same) == (reviewer.may_be(searcher), searcher.may_be(reviewer))


@pytest.mark.parametrize(
    ("who", "reached"),
    [
        pytest.param({}, [True, True, True], id="no limits"),
        pytest.param({"collections": {"staff"}}, [True, False, False], id="a collection"),
        pytest.param({"scenes": {"door"}}, [True, True, True], id="its scene"),
        pytest.param({"scenes": {"search"}}, [False, False, False], id="another scene"),
    ],
)
def test_what_is_found_is_held_to_limits(who: dict[str, Any], reached: list[bool]) -> None:
    """What belongs to no collection is not in one of a credential's own."""
    with being(Identity(subject="ann", roles=frozenset(), **who)):
        found = [in_reach(collection_id=c, scene="door") for c in ("staff", "wanted", "")]

    assert reached == found


def test_outside_of_calls_nobody_asks() -> None:
    """What the gateway does by itself reaches everything."""
    asked: Callable[[], Identity | None] = asking
    with being(ANN):
        assert ANN is asked()

    assert asked() is None
    assert in_reach(collection_id="staff", scene="door")
