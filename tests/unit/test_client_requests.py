"""What both clients send."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from client import Sureface
from client.codec.wire import IMAGE_BYTES
from client.types import (
    DerivedImage,
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    Photo,
    PhotoRefusal,
    ReviewState,
)
from faces.errors import (
    FieldInvalid,
    ImageBytes,
)
from faces.rules import Rule
from sureface.enrollment.v1 import enrollment_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.type.v1 import face_pb2
from tests import answers
from tests.clients import Call
from tests.fake_gateway import FakeGateway

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
        {
            "review_id": "v-1",
            "reviewer_id": "ann",
            "judgement": Judgement.INCONCLUSIVE,
            "findings": [FeatureFinding(Feature.EYES, Finding.NOT_COMPARABLE)],
        },
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


@pytest.mark.parametrize("name", ["extract", "compare"])
def test_enhanced_images_are_asked_for(call: Call, gateway: FakeGateway, name: str) -> None:
    """Only by who wants them; each picture may name its camera."""
    plain: dict[str, Any] = {"picture": b"jpeg"}
    more: dict[str, Any] = {"camera_id": "gate-7"}
    if name == "compare":
        plain = {"scene": "s", "first": b"jpeg", "second": b"jpeg"}
        more = {"first_camera_id": "gate-7", "second_camera_id": "gate-8"}
    call(name, **plain)
    call(name, **plain, enhanced=True, **more)
    first, second = gateway.requests

    assert [False, True] == [first.enhanced, second.enhanced]
    assert more == {key: getattr(second, key) for key in more}


def test_an_enhanced_image_is_bytes_and_words(call: Call, gateway: FakeGateway) -> None:
    """As the gateway marked it; absent where there is none."""
    derived = face_pb2.DerivedImage(png=b"PNG", operations=["denoise"], noise_sigma=12.5)
    gateway.answers["Compare"] = investigation_pb2.CompareResponse(
        decision=answers.decision(),
        first=investigation_pb2.ComparedFace(face=answers.FACE, enhanced=derived),
    )
    compared = call("compare", scene="s", first=b"jpeg", second=b"jpeg")

    assert DerivedImage(png=b"PNG", operations=("denoise",), noise_sigma=12.5) == (
        compared.first.enhanced
    )
    assert compared.second.enhanced is None
