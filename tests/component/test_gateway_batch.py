"""People enrolled in a stream, by a real gateway in front of a real gallery."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc.aio
import pytest

from gateway.app import open_app as open_gateway
from gateway.config import Config
from services.gallery.app import open_app as open_gallery
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceStub
from sureface.type.v1 import face_pb2
from tests.backends import BRIGHT, DARK, HERE, backends, picture
from tests.galleries import config, new_id
from tests.records import kept

if TYPE_CHECKING:
    from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceAsyncStub

    Stub = EnrollmentServiceAsyncStub
else:
    Stub = EnrollmentServiceStub


@pytest.fixture(name="enrollment")
async def _enrollment(tmp_path: Path) -> AsyncIterator[Stub]:
    async with contextlib.AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(backends(tmp_path))
        port = await stack.enter_async_context(open_gallery(config(tmp_path / "gallery.db")))
        addresses |= {"gallery": f"127.0.0.1:{port}"}
        settings: Any = HERE | addresses | {"data": tmp_path / "data", "call_limit_s": 120.0}
        own = await stack.enter_async_context(open_gateway(Config(**settings)))
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{own}")
        stub = EnrollmentServiceStub(await stack.enter_async_context(channel))
        await stub.CreateCollection(
            pb.CreateCollectionRequest(request_id=new_id(), collection_id="staff")
        )
        yield stub


def person(
    person_id: str, *shades: int, photo: bytes = b"", **fields: Any
) -> pb.EnrollPersonRequest:
    """To enrol pictures of these shades, and a file."""
    images = [pb.EnrollmentPhoto(image=picture(shade)) for shade in shades]
    if photo:
        images.append(pb.EnrollmentPhoto(image=face_pb2.Image(data=photo)))
    about = {"request_id": new_id(), "scene": "access_control", "collection_id": "staff"}
    return pb.EnrollPersonRequest(person_id=person_id, photos=images, **(about | fields))


async def answers(
    enrollment: Stub, people: list[pb.EnrollPersonRequest]
) -> dict[int, pb.BatchEnrollResponse]:
    """What a stream answers, by the places of the requests."""
    requests = iter([pb.BatchEnrollRequest(person=each) for each in people])
    return {each.index: each async for each in enrollment.BatchEnroll(requests)}


async def test_each_is_enrolled_as_one_alone(enrollment: Stub, tmp_path: Path) -> None:
    """By the same gates, with the same outcomes, in the same log."""
    people = [
        person("good", BRIGHT),
        person("mixed", BRIGHT, DARK, photo=b"no picture"),
        person("bad", DARK),
    ]
    told = await answers(enrollment, people)
    alone = [await enrollment.EnrollPerson(each) for each in people]

    assert [told[place].outcome for place in range(3)] == alone
    assert [[True], [True, False, False], [False]] == [
        [outcome.enrolled for outcome in each.outcomes] for each in alone
    ]
    noted = [each for each in kept(tmp_path / "data") if each["kind"] == "enrollment"]
    assert {"good": 2, "mixed": 2, "bad": 2} == {
        who: sum(each["person_id"] == who for each in noted) for who in ("good", "mixed", "bad")
    }


@pytest.mark.parametrize(
    ("fields", "reason", "metadata"),
    [
        pytest.param({"scene": "roof"}, "SCENE_UNKNOWN", {"scene": "roof"}, id="scene"),
        pytest.param({"request_id": ""}, "FIELD_MISSING", {"field": "request_id"}, id="no id"),
        pytest.param(
            {"collection_id": "none"},
            "COLLECTION_NOT_FOUND",
            {"collection_id": "none"},
            id="collection",
        ),
        pytest.param({"photos": []}, "BATCH_SIZE", None, id="no photos"),
    ],
)
async def test_one_who_is_refused_does_not_end_the_stream(
    enrollment: Stub, fields: dict[str, Any], reason: str, metadata: dict[str, str] | None
) -> None:
    """The answer holds what a call would have been refused with; the next one is enrolled."""
    wrong = person("wrong", BRIGHT)
    for name in fields:
        wrong.ClearField(name)  # type: ignore[arg-type]  # names of fields
    wrong.MergeFrom(pb.EnrollPersonRequest(**fields))

    told = await answers(enrollment, [wrong, person("good", BRIGHT)])

    assert f"ERROR_REASON_{reason}" == told[0].error_reason
    assert told[0].error_message
    assert metadata in (None, told[0].error_metadata)
    assert told[1].outcome.person.template_count == 1


async def test_a_stream_that_is_sent_again_enrols_nobody_twice(enrollment: Stub) -> None:
    """Who was enrolled gets the first answer."""
    people = [person(f"p{number}", BRIGHT) for number in range(12)]

    first = await answers(enrollment, people)
    again = await answers(enrollment, people[::-1])

    assert [first[n].outcome for n in range(12)] == [again[11 - n].outcome for n in range(12)]
    collection = await enrollment.GetCollection(pb.GetCollectionRequest(collection_id="staff"))
    assert 12 == collection.collection.template_count
