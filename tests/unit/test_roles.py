"""The table of roles, against the protos and against the page that tells of it."""

import re
from pathlib import Path

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from gateway.identity.roles import RULES, Data, Reach, may_call
from gateway.identity.scopes import paths, request_type
from meshkit.keys.key import Role
from tests.fake_gateway import METHODS

PAGE = Path(__file__).parents[2] / "docs/security.md"

OF_PEOPLE = {"Image", "Face", "Frame", "Candidate", "Person", "NewTemplate", "ErasureReceipt"}
"""Messages that hold something of somebody."""


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


@pytest.mark.parametrize("method", RULES)
def test_a_call_with_something_of_somebody_leaves_an_entry(method: str) -> None:
    """A message that gets a picture, a face or a person makes its calls biometric."""
    call = METHODS[method]
    holds = OF_PEOPLE & (messages(call.input_type) | messages(call.output_type))

    assert not holds or RULES[method].data is Data.BIOMETRIC


def messages(message: Descriptor) -> set[str]:
    """Names of a message and of all that are in it."""
    inner = [each.message_type for each in message.fields if each.message_type is not None]
    return {message.name}.union(*map(messages, inner))


def test_an_auditor_reads_and_changes_nothing() -> None:
    """All their calls are without effects, but that who reads a case is on record of it."""
    theirs = [method for method, rule in RULES.items() if Role.AUDITOR in rule.roles]
    pure = MethodOptions.NO_SIDE_EFFECTS
    changing = [m for m in theirs if METHODS[m].GetOptions().idempotency_level != pure]

    assert ["/sureface.investigation.v1.InvestigationService/GetCase"] == changing


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
