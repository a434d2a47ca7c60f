"""The table of roles, against the protos and against the page that tells of it."""

import re
from pathlib import Path

import pytest

from gateway.identity.roles import RULES, Reach, may_call
from gateway.identity.scopes import paths, request_type
from meshkit.keys.key import Role
from tests.fake_gateway import METHODS

PAGE = Path(__file__).parents[2] / "docs/security.md"


def test_every_call_has_a_rule_and_every_rule_a_call() -> None:
    """A call that is added without one is nobody's, and found here."""
    assert METHODS.keys() == RULES.keys()


def test_every_call_is_somebodys() -> None:
    """None has a rule that lets nobody in."""
    assert [] == [method for method, rule in RULES.items() if not rule.roles]


def test_a_call_without_a_rule_is_nobodys() -> None:
    """Not even of somebody with every role."""
    assert not may_call(frozenset(Role), "/sureface.access.v1.AccessService/Unlock")


@pytest.mark.parametrize("method", RULES)
def test_a_call_that_names_collections_or_scenes_is_held_to_them(method: str) -> None:
    """A request that gets such a field, or loses its last one, is noticed here."""
    names = bool(paths(request_type(method)))

    assert names == (RULES[method].reach is Reach.NAMED) or RULES[method].reach is Reach.WHOLE


def test_who_searches_does_not_judge() -> None:
    """No single role both runs a search and confirms what it found."""
    service = "/sureface.investigation.v1.InvestigationService/"
    searching = RULES[f"{service}Search"].roles | RULES[f"{service}SubmitJob"].roles

    assert frozenset() == searching & RULES[f"{service}SubmitReview"].roles


def test_the_page_tells_the_table() -> None:
    """docs/security.md lists who may call what, as it is."""
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \| (\w+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {
        name: (frozenset(re.findall(r"\w+", roles)), Reach[reach.upper()])
        for name, roles, reach in rows
    }

    assert {
        method.rpartition("/")[2]: (frozenset(role.value for role in rule.roles), rule.reach)
        for method, rule in RULES.items()
    } == told
