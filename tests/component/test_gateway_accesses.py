"""Calls of a real gateway that touch biometric data: each leaves an entry, no other does."""

from pathlib import Path
from typing import Any

import pytest

from gateway.identity.roles import RULES, Data
from meshkit.keys.key import Role
from sureface.analysis.v1 import analysis_pb2
from sureface.investigation.v1 import investigation_pb2
from tests.accesses import BY_NAME, KEYS, call, caller, gateway
from tests.backends import BRIGHT, picture
from tests.identities import Held
from tests.records import kept

pytestmark = pytest.mark.timeout(300)


async def test_every_call_that_touches_biometric_data_leaves_one_entry(tmp_path: Path) -> None:
    """With nothing in its request it comes to nothing, and is on record all the same."""
    left: dict[str, list[dict[str, Any]]] = {}
    outcomes = {}
    async with gateway(tmp_path) as (_, door):
        for name in BY_NAME:
            before = len(kept(tmp_path))
            outcomes[name] = await call(door, name)
            left[name] = kept(tmp_path)[before:]

    touching = {name for name, path in BY_NAME.items() if RULES[path].data is Data.BIOMETRIC}
    assert touching == {name for name, records in left.items() if records}
    entries = {n: [each for each in left[n] if each["kind"] == "access"] for n in touching}
    assert dict.fromkeys(touching, 1) == {n: len(found) for n, found in entries.items()}
    told = {name: (e["call"], *ended(e)) for name, [e] in entries.items()}
    assert {name: (name, *outcomes[name].split()) for name in touching} == told
    callers = {n: (e["key_id"], e["subject"], e["roles"]) for n, [e] in entries.items()}
    assert {name: identity(caller(BY_NAME[name])) for name in touching} == callers


def ended(entry: dict[str, Any]) -> list[str]:
    """How a call ended, in the words of `Door.call`."""
    reason = entry["error"].removeprefix("ERROR_REASON_")
    return [entry["outcome"], reason] if reason else [entry["outcome"]]


def identity(key: Held) -> tuple[str, str, list[str]]:
    return key.key.key_id, key.key.name, [key.key.role.value]


async def test_an_entry_says_what_was_asked_and_how_much_was_told(tmp_path: Path) -> None:
    """Ids and counts, the policy and the outcome; nothing of pictures or vectors."""
    request = analysis_pb2.ExtractRequest(image=picture(BRIGHT), camera_id="gate-7")
    listing = investigation_pb2.ListReviewsRequest(case_id="2026-117")
    async with gateway(tmp_path) as (_, door):
        answers = [await call(door, "Extract", request), await call(door, "ListReviews", listing)]

    extract, reviews = kept(tmp_path)
    assert ["OK", "OK"] == answers
    assert ("gate-7", {"requests": 1, "answers": 1, "faces": 1}, "OK") == (
        extract["camera_id"],
        extract["counts"],
        extract["outcome"],
    )
    assert ("2026-117", {"requests": 1, "answers": 1}) == (reviews["case_id"], reviews["counts"])
    facts = {"position", "previous", "kind", "time", "hash", "caller", "request_id", "asked_time"}
    facts |= {"subject", "key_id", "policy_version", "call", "roles", "trace_id", "counts"}
    assert facts | {"camera_id", "outcome", "error"} == set(extract)
    assert extract["policy_version"]


async def test_who_is_not_let_in_leaves_none(tmp_path: Path) -> None:
    """Nothing of their requests was looked at."""
    async with gateway(tmp_path) as (_, door):
        keys = [None, KEYS[Role.DEVICE].credential]
        answers = [await door.call(BY_NAME["Extract"], key) for key in keys]

    assert ["UNAUTHENTICATED", "PERMISSION_DENIED"] == [each.split()[0] for each in answers]
    assert [] == kept(tmp_path)


async def test_to_ask_for_a_case_makes_none(tmp_path: Path) -> None:
    """Who asks is on record of the case; it is no case for that."""
    about: dict[str, Any] = {"case_id": "c-9", "reader_id": KEYS[Role.AUDITOR].key.name}
    async with gateway(tmp_path) as (_, door):
        request = investigation_pb2.GetCaseRequest(**about)
        answers = [await call(door, "GetCase", request) for _ in range(2)]

    assert ["NOT_FOUND CASE_NOT_FOUND"] * 2 == answers
    assert ["c-9", "c-9"] == [each["case_id"] for each in kept(tmp_path)]
