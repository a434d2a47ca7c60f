"""Who is let in by a real server, what it asks for, and what it tells."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.identity.config import IdentityConfig
from gateway.identity.opening import open_identity
from meshkit import status
from meshkit.config import ConfigError
from meshkit.keys.key import Role
from tests.identities import SECRET, door, held, revoked, with_keys, write
from tests.identity_provider import AUDIENCE, ISSUER, JWKS, token

pytestmark = pytest.mark.timeout(300)

ACCESS = "/sureface.access.v1.AccessService"
UNKNOWN = "UNAUTHENTICATED UNAUTHENTICATED"


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
        pytest.param({"keys": Path("keys.json")}, id="keys that nobody asks for"),
        pytest.param({"jwt_keys": "jwks.json"}, id="tokens that nobody asks for"),
        pytest.param({"jwt_roles": "staff=king"}, id="an unknown role"),
        pytest.param({"jwt_roles": "reviewer"}, id="a role of nobody"),
        pytest.param({"jwt_roles": "a=reviewer,a=auditor"}, id="a role that is two"),
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
