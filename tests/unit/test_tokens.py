"""Tokens of an identity provider: what is believed, and all that is not."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from faces.errors import ServiceUnavailable
from gateway.identity.jwks import Jwks, Read
from gateway.identity.tokens import Provider, Tokens
from meshkit.keys.key import Role
from tests.identity_provider import AUDIENCE, ISSUER, JWKS, PRIVATE, claims, token

PROVIDER = Provider(
    issuer=ISSUER,
    audience=AUDIENCE,
    name_claim="sub",
    role_claim="roles",
    roles={"face-reviewer": Role.REVIEWER, "face-auditor": Role.AUDITOR},
)


def tokens(read: Read = lambda: JWKS) -> Tokens:
    return Tokens(PROVIDER, Jwks(read, fresh_s=300, pause_s=10))


def forged(header: dict[str, Any], secret: bytes) -> str:
    """A good token, signed in a way that no library would offer."""

    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    text = b".".join(part(json.dumps(each).encode()) for each in (header, claims()))
    signature = hmac.digest(secret, text, hashlib.sha256) if secret else b""
    return (text + b"." + part(signature)).decode()


@pytest.mark.parametrize("algorithm", PRIVATE)
async def test_a_token_says_who_calls(algorithm: str) -> None:
    """Its claims become a name and roles; what we do not know of is nothing here."""
    who = await tokens().identity(token(algorithm))

    assert who
    assert ("ann@example", "", False) == (who.subject, who.key_id, who.limited)
    assert frozenset({Role.REVIEWER}) == who.roles
    assert who.expire_time


async def test_a_token_may_be_limited() -> None:
    """To collections and scenes, as a key."""
    limited = token(sureface_collections=["staff"], sureface_scenes=["door"])
    who = await tokens().identity(limited)

    assert who
    assert (frozenset({"staff"}), frozenset({"door"})) == (who.collections, who.scenes)


NESTED = base64.urlsafe_b64encode(b"[" * 5001).decode()
RSA_PEM = (
    PRIVATE["RS256"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param("", id="nothing"),
        pytest.param("a.b.c", id="three words"),
        pytest.param(token()[:-4] + "AAAA", id="another signature"),
        pytest.param(token(exp=int(time.time()) - 60), id="expired"),
        pytest.param(token(exp=None), id="without an end"),
        pytest.param(token(nbf=int(time.time()) + 600), id="not yet"),
        pytest.param(token(iss="https://evil.example"), id="another issuer"),
        pytest.param(token(iss=None), id="no issuer"),
        pytest.param(token(aud="others"), id="another audience"),
        pytest.param(token(aud=None), id="no audience"),
        pytest.param(token(sub=None), id="no name"),
        pytest.param(token(sub="Ann Example"), id="a name that nobody here has"),
        pytest.param(token(roles={"face-reviewer": True}), id="roles that are no list"),
        pytest.param(token(sureface_collections=[]), id="limited to nothing"),
        pytest.param(token(sureface_scenes="door"), id="a limit that is no list"),
        pytest.param(token(kid="ES256-2"), id="an unknown key"),
        pytest.param(token("ES256", kid="RS256-1"), id="a key of another kind"),
        pytest.param(jwt.encode(claims(), PRIVATE["ES256"], "ES256"), id="no key id"),
        pytest.param(forged({"alg": "none", "kid": "RS256-1"}, b""), id="not signed"),
        pytest.param(
            forged({"alg": "HS256", "kid": "RS256-1"}, RSA_PEM), id="the public key as a secret"
        ),
        pytest.param("x" * 9000, id="long"),
        pytest.param(f"{NESTED}.e30.AAAA", id="brackets in brackets"),
        pytest.param(token(exp=10**20), id="an end in no calendar"),
    ],
)
async def test_anything_else_is_nobodys(given: str) -> None:
    """Whatever is wrong with it."""
    assert await tokens().identity(given) is None


async def test_an_expired_token_holds_for_as_long_as_clocks_may_differ() -> None:
    """And its streams end then."""
    who = await tokens().identity(token(exp=int(time.time()) - 5))

    assert who
    assert who.expire_time
    assert who.expire_time.timestamp() > time.time()


async def test_a_provider_that_was_never_there_is_told() -> None:
    """Nobody is called a stranger for what we could not find out."""

    def away() -> bytes:
        raise OSError("no route")

    with pytest.raises(ServiceUnavailable, match="identity provider"):
        await tokens(away).identity(token())
