"""Both clients against a gateway with canned answers, over a real socket."""

import asyncio
import string
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from client import AsyncSureface, Sureface
from client.codec.wire import IMAGE_BYTES
from client.types import Box, Judgement, Photo, PhotoRefusal, ReviewState
from faces.errors import (
    BY_REASON,
    CollectionNotFound,
    DeadlineExceeded,
    FaceError,
    FieldInvalid,
    ImageBytes,
    ServiceUnavailable,
    StoreUnavailable,
)
from faces.policy import Verdict
from faces.quality import Band
from faces.rules import Rule
from sureface.access.v1 import access_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.type.v1 import decision_pb2
from tests import answers
from tests.fake_gateway import FakeGateway, fake_gateway

Call = Callable[..., Any]
"""``call("verify", scene=...)`` makes a call with one of the clients; lists come as lists."""

PROBE = {"scene": "access_control", "probe": b"jpeg", "collection_id": "staff"}


@pytest.fixture(name="gateway")
def _gateway() -> Iterator[FakeGateway]:
    with fake_gateway(**answers.EVERYTHING) as gateway:
        yield gateway


@pytest.fixture(name="call", params=["blocking", "asyncio"])
def _call(request: pytest.FixtureRequest, gateway: FakeGateway) -> Call:
    def blocking(name: str, *, deadline_s: float = 10.0, **arguments: Any) -> Any:
        with Sureface(gateway.address) as mesh:
            answer = getattr(mesh.within(deadline_s), name)(**arguments)
            return list(answer) if name.startswith("list_") else answer

    async def awaiting(name: str, *, deadline_s: float = 10.0, **arguments: Any) -> Any:
        async with AsyncSureface(gateway.address) as mesh:
            answer = getattr(mesh.within(deadline_s), name)(**arguments)
            return [a async for a in answer] if name.startswith("list_") else await answer

    if request.param == "blocking":
        return blocking
    return lambda name, **arguments: asyncio.run(awaiting(name, **arguments))


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


def once_away(answer: Any) -> Callable[[Any], Any]:
    """Refuse the first time, then answer."""
    waiting = [StoreUnavailable(store="gallery")]
    return lambda _: waiting.pop() if waiting else answer


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


WRITES = [
    pytest.param("create_collection", {"collection_id": "staff"}, id="create_collection"),
    pytest.param("delete_collection", {"collection_id": "staff"}, id="delete_collection"),
    pytest.param(
        "delete_person", {"collection_id": "staff", "person_id": "p-1"}, id="delete_person"
    ),
    pytest.param(
        "enroll_person",
        {
            "scene": "access_control",
            "collection_id": "staff",
            "person_id": "p-1",
            "photos": [Photo(b"jpeg")],
        },
        id="enroll_person",
    ),
    pytest.param(
        "submit_review",
        {"review_id": "v-1", "reviewer_id": "ann", "judgement": Judgement.INCONCLUSIVE},
        id="submit_review",
    ),
]


@pytest.mark.parametrize(("name", "arguments"), WRITES)
def test_a_write_has_an_id(
    call: Call, gateway: FakeGateway, name: str, arguments: dict[str, Any]
) -> None:
    """Each write brings a UUID4 of its own, or the one that the caller chose."""
    call(name, **arguments)
    call(name, **arguments)
    call(name, **arguments, request_id="mine")
    first, second, mine = [request.request_id for request in gateway.requests]

    assert [4, 4] == [uuid.UUID(first).version, uuid.UUID(second).version]
    assert first != second
    assert "mine" == mine


def test_a_list_is_walked_to_its_end(call: Call, gateway: FakeGateway) -> None:
    """An iterator fetches page after page, with the token of the page before."""
    pages = {"": ("a", "2nd"), "2nd": ("b", "3rd"), "3rd": ("c", "")}

    def page(request: enrollment_pb2.ListPersonsRequest) -> enrollment_pb2.ListPersonsResponse:
        person_id, token = pages[request.page_token]
        answer = enrollment_pb2.ListPersonsResponse(next_page_token=token)
        answer.persons.add(person_id=person_id)
        return answer

    gateway.answers["ListPersons"] = page
    people = call("list_persons", collection_id="staff", page_size=1)

    assert ["a", "b", "c"] == [person.person_id for person in people]
    assert [1, 1, 1] == [request.page_size for request in gateway.requests]


def test_a_list_fetches_what_is_asked_for(gateway: FakeGateway) -> None:
    """A page that nobody walks to is not fetched."""
    gateway.answers["ListPersons"] = enrollment_pb2.ListPersonsResponse(
        persons=[answers.PERSON], next_page_token="more"
    )
    with Sureface(gateway.address) as mesh:
        next(mesh.list_persons(collection_id="staff"))

    assert 1 == len(gateway.requests)


def test_a_picture_may_be_a_file(call: Call, gateway: FakeGateway, tmp_path: Path) -> None:
    """Bytes are sent as they are; a path is read."""
    file = tmp_path / "a.jpg"
    file.write_bytes(b"from a file")
    call("compare", scene="search_prefilter", first=b"bytes", second=file)

    [request] = gateway.requests
    assert (b"bytes", b"from a file") == (request.first.data, request.second.data)


def test_a_picture_beyond_the_limit_stays_here(call: Call, gateway: FakeGateway) -> None:
    """What the mesh would refuse for its size is refused before it travels."""
    with pytest.raises(ImageBytes):
        call("extract", picture=bytes(IMAGE_BYTES + 1))

    assert [] == gateway.requests


def test_a_refused_photo_is_an_outcome(call: Call) -> None:
    """Enrolment answers photo by photo, in order, with the rule that refused."""
    photos = [Photo(b"jpeg", "good.jpg"), Photo(b"jpeg", "bad.jpg")]
    answer = call(
        "enroll_person",
        scene="access_control",
        collection_id="staff",
        person_id="p-1",
        photos=photos,
        labels={"door": "east"},
    )

    assert [True, False] == [outcome.enrolled for outcome in answer.outcomes]
    assert [None, PhotoRefusal.POLICY] == [outcome.refusal for outcome in answer.outcomes]
    assert [None, Rule.MIN_QUALITY] == [outcome.rule for outcome in answer.outcomes]
    assert {"door": "east"} == answer.person.labels


def test_scores_that_are_left_out_are_not_sent(call: Call, gateway: FakeGateway) -> None:
    """Zero is a score; nothing is none."""
    call("explain_decision", scene="access_control", quality=0.0)

    [request] = gateway.requests
    assert (True, False) == (request.HasField("quality"), request.HasField("yaw_deg"))


def test_nobody_can_ask_for_an_unknown_state(call: Call) -> None:
    """A filter must be a state that both sides know."""
    with pytest.raises(FieldInvalid):
        call("list_reviews", state=ReviewState.OTHER)


def test_reviews_are_values(call: Call) -> None:
    """A review item has its state and its ranked candidates."""
    [review] = call("list_reviews", case_id="c-1", state=ReviewState.OPEN)

    assert (ReviewState.OPEN, "p-1") == (review.state, review.candidates[0].person_id)


def test_another_deadline_shares_the_channel(gateway: FakeGateway) -> None:
    """`within` changes one client's deadline, not the other's, and opens nothing."""
    with Sureface(gateway.address, deadline_s=7.0) as mesh:
        hasty = mesh.within(0.5)

    assert (7.0, 0.5) == (mesh.deadline_s, hasty.deadline_s)
    with pytest.raises(ValueError, match="closed"):
        hasty.get_collection(collection_id="staff")
