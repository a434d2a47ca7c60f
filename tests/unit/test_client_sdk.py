"""What both clients make of answers and failures."""

import string
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from client import Sureface
from client.types import Box
from faces.errors import (
    BY_REASON,
    CollectionNotFound,
    DeadlineExceeded,
    FaceError,
    ServiceUnavailable,
    StoreUnavailable,
)
from faces.policy import Verdict
from faces.quality import Band
from faces.rules import Rule
from sureface.access.v1 import access_pb2
from sureface.type.v1 import decision_pb2
from tests import answers
from tests.clients import Call
from tests.fake_gateway import FakeGateway


def once_away(answer: Any) -> Callable[[Any], Any]:
    """Refuse the first time, then answer."""
    waiting = [StoreUnavailable(store="gallery")]
    return lambda _: waiting.pop() if waiting else answer


PROBE = {"scene": "access_control", "probe": b"jpeg", "collection_id": "staff"}


def test_an_answer_is_made_of_values(call: Call) -> None:
    """Verdicts and rules are the domain's enums, numbers are short, times are in UTC."""
    answer = call("identify", **PROBE)

    assert (Verdict.MATCH, Rule.ACCEPT) == (answer.decision.verdict, answer.decision.rule)
    assert ("hold still",) == answer.decision.advices
    assert datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC) == answer.decision.decide_time
    assert ("p-1", 0.71, 1) == (
        answer.candidate.person_id,
        answer.candidate.similarity,
        answer.candidate.rank,
    )
    assert Box(10.5, 20.0, 110.0, 150.0) == answer.face.box
    assert (0.61, Band.GOOD, None) == (
        answer.quality.score,
        answer.quality.band,
        answer.quality.interval,
    )


def test_what_is_absent_is_none(call: Call, gateway: FakeGateway) -> None:
    """A probe that did not get far has neither candidate nor face nor quality."""
    gateway.answers["Identify"] = access_pb2.IdentifyResponse(
        decision=answers.decision("RECAPTURE", "NO_FACE")
    )
    answer = call("identify", **PROBE)

    assert (None, None, None) == (answer.candidate, answer.face, answer.quality)


def test_a_vector_is_an_array(call: Call) -> None:
    """Vectors come as float32 arrays of shape (d,)."""
    [face] = call("extract", picture=b"jpeg").faces

    assert (np.dtype(np.float32), (2,)) == (face.vector.dtype, face.vector.shape)
    assert [np.float32(0.6), np.float32(0.8)] == list(face.vector)


def test_a_newer_gateway_is_understood(call: Call, gateway: FakeGateway) -> None:
    """A verdict that this client does not know is for people; a rule is unknown."""
    gateway.answers["Identify"] = access_pb2.IdentifyResponse(
        decision=decision_pb2.Decision(verdict=99, rule=99)  # type: ignore[arg-type]  # newer
    )
    decision = call("identify", **PROBE).decision

    assert (Verdict.REVIEW, None) == (decision.verdict, decision.rule)


@pytest.mark.parametrize("cls", [pytest.param(c, id=c.__name__) for c in BY_REASON.values()])
def test_what_the_mesh_raises_is_raised(
    call: Call, gateway: FakeGateway, cls: type[FaceError]
) -> None:
    """Every error comes back as its own class, with its metadata and its text."""
    keys = [key for _, key, _, _ in string.Formatter().parse(cls.text) if key]
    sent = cls(**{key: f"<{key}>" for key in keys})
    gateway.answers["CreateCollection"] = sent

    with pytest.raises(cls) as raised:
        call("create_collection", collection_id="staff")
    assert (cls, sent.metadata, str(sent)) == (
        type(raised.value),
        raised.value.metadata,
        str(raised.value),
    )


def test_nobody_there_is_said_so() -> None:
    """A gateway that is not there is an error of the mesh, not of gRPC."""
    with Sureface("127.0.0.1:1") as mesh, pytest.raises(ServiceUnavailable):
        mesh.get_collection(collection_id="staff")


def test_a_deadline_is_kept(call: Call, gateway: FakeGateway) -> None:
    """A call that takes longer than its deadline ends then, and says so."""
    release = threading.Event()

    def late(_: Any) -> FaceError:
        release.wait()
        return CollectionNotFound(collection_id="staff")

    gateway.answers["GetCollection"] = late
    try:
        with pytest.raises(DeadlineExceeded):
            call("get_collection", collection_id="staff", deadline_s=0.1)
    finally:
        release.set()


def test_a_read_is_tried_again(call: Call, gateway: FakeGateway) -> None:
    """What only reads survives one hiccup of the mesh."""
    gateway.answers["GetCollection"] = once_away(answers.EVERYTHING["GetCollection"])

    assert 2 == call("get_collection", collection_id="staff").person_count
    assert 2 == len(gateway.requests)


def test_a_write_is_not_tried_again(call: Call, gateway: FakeGateway) -> None:
    """What writes is tried once: whether to repeat it is the caller's to say."""
    gateway.answers["CreateCollection"] = once_away(answers.EVERYTHING["CreateCollection"])

    with pytest.raises(StoreUnavailable):
        call("create_collection", collection_id="staff")
    assert 1 == len(gateway.requests)


def test_another_deadline_shares_the_channel(gateway: FakeGateway) -> None:
    """`within` changes one client's deadline, not the other's, and opens nothing."""
    with Sureface(gateway.address, deadline_s=7.0) as mesh:
        hasty = mesh.within(0.5)

    assert (7.0, 0.5) == (mesh.deadline_s, hasty.deadline_s)
    with pytest.raises(ValueError, match="closed"):
        hasty.get_collection(collection_id="staff")
