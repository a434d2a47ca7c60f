"""How far limited keys go, at a real server."""

from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message

from meshkit import status
from meshkit.keys.key import Role
from sureface.access.v1 import access_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.policy.v1 import policy_pb2
from tests.identities import held, with_keys

pytestmark = pytest.mark.timeout(300)

ACCESS = "/sureface.access.v1.AccessService"
ENROLLMENT = "/sureface.enrollment.v1.EnrollmentService"
POLICY = "/sureface.policy.v1.PolicyService"
BEYOND = "PERMISSION_DENIED OUT_OF_REACH"
DOOR = access_pb2.IdentifyRequest(scene="door", collection_id="staff")


def person(collection_id: str) -> access_pb2.VerifyRequest:
    claimed = access_pb2.PersonReference(collection_id=collection_id, person_id="p-1")
    return access_pb2.VerifyRequest(scene="door", person=claimed)


@pytest.mark.parametrize(
    ("method", "request_", "answer"),
    [
        pytest.param("Identify", DOOR, "OK", id="its collection and scene"),
        pytest.param(
            "Identify",
            access_pb2.IdentifyRequest(scene="door", collection_id="wanted"),
            BEYOND,
            id="another collection",
        ),
        pytest.param(
            "Identify",
            access_pb2.IdentifyRequest(scene="search", collection_id="staff"),
            BEYOND,
            id="another scene",
        ),
        pytest.param("Identify", access_pb2.IdentifyRequest(), BEYOND, id="none"),
        pytest.param("Verify", person("staff"), "OK", id="its collection, deeper in the request"),
        pytest.param("Verify", person("wanted"), BEYOND, id="another one, deeper in the request"),
        pytest.param(
            "Verify",
            access_pb2.VerifyRequest(scene="door", photos=access_pb2.PhotoReference()),
            "OK",
            id="photos, which are in no collection",
        ),
        pytest.param(
            "IdentifyStream",
            access_pb2.IdentifyStreamRequest(),
            "OK",
            id="a stream without settings",
        ),
    ],
)
async def test_a_limited_key_reaches_its_collections_and_scenes(
    tmp_path: Path, method: str, request_: Message, answer: str
) -> None:
    """What a request names decides, before anything is looked up."""
    key = held(Role.DEVICE, collections=("staff",), scenes=("door",))
    async with with_keys(tmp_path / "keys.json", key) as opened:
        assert answer == await opened.call(f"{ACCESS}/{method}", key.credential, request_)


async def test_every_message_of_a_stream_is_held_to_the_limits(tmp_path: Path) -> None:
    """A stream that began within them does not end beyond them."""
    key = held(Role.ENROLLER, collections=("staff",))
    path = f"{ENROLLMENT}/BatchEnroll"
    async with with_keys(tmp_path / "keys.json", key) as opened:
        call = opened.talk(path, key.credential)
        for collection_id in ("staff", "wanted"):
            person_ = enrollment_pb2.EnrollPersonRequest(collection_id=collection_id)
            await call.write(enrollment_pb2.BatchEnrollRequest(person=person_))
        await call.done_writing()
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            _ = [answer async for answer in call]

    info = status.info_of(refused.value)
    assert info
    assert {"field": "collection_id"} == dict(info.metadata)


async def test_calls_that_look_across_are_for_keys_without_limits(tmp_path: Path) -> None:
    """Which records a case holds, nobody can tell from the request."""
    free, limited = held(Role.AUDITOR), held(Role.AUDITOR, scenes=("door",))
    path = f"{POLICY}/SimulatePolicy"
    request = policy_pb2.SimulatePolicyRequest(scene="door")
    async with with_keys(tmp_path / "keys.json", free, limited) as opened:
        answers = [await opened.call(path, key.credential, request) for key in (free, limited)]

    assert ["OK", BEYOND] == answers
