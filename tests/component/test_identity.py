"""Callers at a real server: how far credentials go, how much they allow, and for how long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status

from gateway.identity.config import IdentityConfig
from gateway.identity.opening import open_identity
from meshkit import status
from meshkit.config import ConfigError
from meshkit.keys.key import Role
from sureface.access.v1 import access_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.policy.v1 import policy_pb2
from tests.identities import LOOK_S, SECRET, door, held, revoked, with_keys, write
from tests.identity_provider import AUDIENCE, ISSUER, JWKS, token

pytestmark = pytest.mark.timeout(300)

ACCESS = "/sureface.access.v1.AccessService"
ENROLLMENT = "/sureface.enrollment.v1.EnrollmentService"
POLICY = "/sureface.policy.v1.PolicyService"
BEYOND = "PERMISSION_DENIED OUT_OF_REACH"
UNKNOWN = "UNAUTHENTICATED UNAUTHENTICATED"
DOOR = access_pb2.IdentifyRequest(scene="door", collection_id="staff")


async def until(told: Callable[[], Awaitable[str]], wanted: str) -> None:
    """Ask until the answer is the one that is wanted."""
    async with asyncio.timeout(60):
        while True:
            if await told() == wanted:
                return
            await asyncio.sleep(LOOK_S)


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


async def test_whoever_calls_is_who_the_key_says(tmp_path: Path) -> None:
    """Inside of a call, it is known who makes it, and by which key."""
    key = held(Role.DEVICE, name="door-3")
    async with with_keys(tmp_path / "keys.json", key) as opened:
        await opened.call(f"{ACCESS}/Identify", key.credential)
        [(_, who)] = opened.office.served

    assert who
    assert ("door-3", key.key.key_id) == (who.subject, who.key_id)


async def test_health_asks_for_no_credential(tmp_path: Path) -> None:
    """A probe has none."""
    async with with_keys(tmp_path / "keys.json") as opened:
        stub: Any = health_pb2_grpc.HealthStub(opened.channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest())

    assert health_pb2.HealthCheckResponse.SERVING == answer.status


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param([("authorization", "Basic {}")], id="another scheme"),
        pytest.param([("authorization", "{}")], id="no scheme"),
        pytest.param([("authorization", "Bearer {}")] * 2, id="two credentials"),
        pytest.param([("authorization", "Bearer " + "x" * 5000)], id="a long one"),
        pytest.param([("x-api-key", "{}")], id="elsewhere"),
    ],
)
async def test_a_credential_comes_in_one_way(
    tmp_path: Path, metadata: list[tuple[str, str]]
) -> None:
    """The right key does not help in another place."""
    key = held(Role.DEVICE)
    async with with_keys(tmp_path / "keys.json", key) as opened:
        stub: Any = opened.channel.unary_unary(f"{ACCESS}/Identify")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub(
                b"", metadata=[(name, text.format(key.credential)) for name, text in metadata]
            )

    assert grpc.StatusCode.UNAUTHENTICATED is refused.value.code()


async def test_a_refusal_tells_nothing_of_keys(tmp_path: Path) -> None:
    """Unknown, wrong, expired and revoked look alike: same words, no metadata."""
    known = revoked(held(Role.DEVICE))
    shown = [
        known.credential,
        replace(known, secret="x" * 43).credential,
        held(Role.DEVICE).credential,
    ]
    texts = set()
    async with with_keys(tmp_path / "keys.json", known) as opened:
        for credential in shown:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await opened.answer(f"{ACCESS}/Identify", credential)
            info = status.info_of(refused.value)
            assert info
            texts.add((refused.value.details(), tuple(info.metadata)))

    assert 1 == len(texts)
    assert {()} == {metadata for _, metadata in texts}


async def test_no_credential_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a good one nor a bad one, nor the hash of a key."""
    caplog.set_level(logging.DEBUG)
    key, unknown = held(Role.DEVICE), held(Role.DEVICE)
    async with with_keys(tmp_path / "keys.json", key) as opened:
        for each in (key, unknown):
            await opened.call(f"{ACCESS}/Identify", each.credential)
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)

    assert f"{ACCESS}/Identify" in logged
    assert not [text for text in (SECRET, key.key.secret_hash) if text in logged]


async def test_a_new_key_counts_and_a_revoked_one_does_not_without_a_restart(
    tmp_path: Path,
) -> None:
    """The file is watched."""
    file, old, new = tmp_path / "keys.json", held(Role.DEVICE), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(file, old) as opened:
        before = [await opened.call(path, key.credential) for key in (old, new)]
        write(file, [revoked(old), new])
        await until(lambda: opened.call(path, new.credential), "OK")
        after = [await opened.call(path, key.credential) for key in (old, new)]

    assert (["OK", UNKNOWN], [UNKNOWN, "OK"]) == (before, after)


async def test_a_wrong_file_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The keys that are in force stay so, and the log says why; the next good file counts."""
    file, old, new = tmp_path / "keys.json", held(Role.DEVICE), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(file, old) as opened:
        file.write_text('{"keys": [{}]}\n')

        async def said() -> str:
            return "so" if "the key file was rejected" in caplog.text else "not yet"

        await until(said, "so")
        during = await opened.call(path, old.credential)
        write(file, [new])
        await until(lambda: opened.call(path, new.credential), "OK")

    assert "OK" == during


@pytest.mark.parametrize("end", ["revoked", "removed", "other limits"])
async def test_an_open_stream_ends_with_its_key(tmp_path: Path, end: str) -> None:
    """It is told as if the key had never held; streams of others go on."""
    file, key, other = tmp_path / "keys.json", held(Role.ENROLLER), held(Role.ENROLLER)
    after = {
        "revoked": [revoked(key), other],
        "removed": [other],
        "other limits": [replace(key, key=replace(key.key, scenes=("door",))), other],
    }
    message = enrollment_pb2.BatchEnrollRequest()
    async with with_keys(file, key, other) as opened:
        calls = [opened.talk(f"{ENROLLMENT}/BatchEnroll", each.credential) for each in (key, other)]
        for call in calls:
            await call.write(message)
            await call.read()
        write(file, after[end])
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await calls[0].read()
        await calls[1].write(message)
        going_on = await calls[1].read()
        calls[1].cancel()

    assert grpc.StatusCode.UNAUTHENTICATED is ended.value.code()
    assert isinstance(going_on, enrollment_pb2.BatchEnrollResponse)


async def test_a_caller_has_a_rate_of_its_own(tmp_path: Path) -> None:
    """Beyond it, a refusal says when to come back; others are not held up."""
    slow, other = held(Role.DEVICE, calls_per_s=0.01), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(tmp_path / "keys.json", slow, other) as opened:
        first = await opened.call(path, slow.credential)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await opened.answer(path, slow.credential)
        others = await opened.call(path, other.credential)
    told = rpc_status.from_call(refused.value)  # type: ignore[arg-type]  # it is a Call, too
    retry = error_details_pb2.RetryInfo()
    assert told
    advised = [each for each in told.details if each.Unpack(retry)]

    assert ("OK", "OK") == (first, others)
    assert grpc.StatusCode.RESOURCE_EXHAUSTED is refused.value.code()
    assert 1 == len(advised)
    assert 0 < retry.retry_delay.seconds <= 100


async def test_a_caller_has_slots_of_its_own(tmp_path: Path) -> None:
    """Streams that stay open take them; one that ends gives its own back."""
    key, other = held(Role.ENROLLER), held(Role.ENROLLER)
    async with with_keys(tmp_path / "keys.json", key, other, caller_slots=1) as opened:
        call = opened.talk(f"{ENROLLMENT}/BatchEnroll", key.credential)
        await call.write(enrollment_pb2.BatchEnrollRequest())
        await call.read()
        path = f"{ENROLLMENT}/ListPersons"
        full = await opened.call(path, key.credential)
        others = await opened.call(path, other.credential)
        await call.done_writing()
        assert grpc.aio.EOF is await call.read()
        await until(lambda: opened.call(path, key.credential), "OK")

    assert ("RESOURCE_EXHAUSTED QUEUE_FULL", "OK") == (full, others)


@pytest.mark.parametrize(
    ("auth", "answers"),
    [
        pytest.param("keys", ["OK", UNKNOWN], id="keys"),
        pytest.param("jwt", [UNKNOWN, "OK"], id="tokens"),
        pytest.param("both", ["OK", "OK"], id="both"),
    ],
)
async def test_callers_bring_what_the_operator_asks_for(
    tmp_path: Path, auth: str, answers: list[str]
) -> None:
    """A key, a token of the provider, or either."""
    key, jwks = held(Role.REVIEWER), tmp_path / "jwks.json"
    jwks.write_bytes(JWKS)
    settings = {
        "keys": write(tmp_path / "keys.json", [key]),
        "jwt_keys": str(jwks),
        "jwt_issuer": ISSUER,
        "jwt_audience": AUDIENCE,
        "jwt_roles": "face-reviewer=reviewer, face-admin=administrator",
    }
    path = "/sureface.investigation.v1.InvestigationService/ListReviews"
    async with door(auth=auth, **settings) as opened:
        found = [await opened.call(path, each) for each in (key.credential, token())]
        beyond = await opened.call(f"{ACCESS}/Identify", token())

    assert answers == found
    assert beyond == (UNKNOWN if auth == "keys" else "PERMISSION_DENIED CALL_NOT_PERMITTED")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"auth": "yes"}, id="another word"),
        pytest.param({"auth": "keys"}, id="no file"),
        pytest.param({"auth": "jwt", "jwt_issuer": "i", "jwt_keys": "k"}, id="no audience"),
        pytest.param({"jwt_roles": "staff=king"}, id="an unknown role"),
        pytest.param({"caller_calls_per_s": 0}, id="no calls"),
        pytest.param({"caller_slots": 0}, id="no slots"),
    ],
)
def test_half_a_setting_is_none(settings: dict[str, Any]) -> None:
    """What would let in nobody, or everybody, is said at the start."""
    with pytest.raises(ValueError, match=r"auth|role|Role|caller_"):
        IdentityConfig(host="127.0.0.1", port=0, **settings)


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        pytest.param({"host": "127.0.0.1"}, False, id="loopback"),
        pytest.param({"host": "0.0.0.0"}, True, id="all machines"),  # noqa: S104  # that is the point
        pytest.param({"host": "0.0.0.0", "insecure": True}, False, id="as the operator says"),  # noqa: S104
        pytest.param({"host": "0.0.0.0", "tls": Path("certs")}, True, id="TLS is not enough"),  # noqa: S104
    ],
)
async def test_strangers_are_let_in_on_loopback_only(
    settings: dict[str, Any], refused: bool
) -> None:
    """Whoever opens a gateway to other machines says who may come, or that anybody may."""
    config = IdentityConfig(port=0, **settings)
    try:
        async with open_identity(config, look_s=1):
            told = ""
    except ConfigError as error:
        told = str(error)

    assert refused == ("set AUTH to keys" in told)


async def test_a_gateway_does_not_start_without_its_keys(tmp_path: Path) -> None:
    """Nobody could call it, and nobody would know why."""
    config = IdentityConfig(host="127.0.0.1", port=0, auth="keys", keys=tmp_path / "none.json")

    with pytest.raises(ConfigError, match="cannot be read"):
        async with open_identity(config, look_s=1):
            pass
