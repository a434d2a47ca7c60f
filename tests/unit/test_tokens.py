"""Tokens of an identity provider: what is believed, and all that is not."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from faces.errors import ServiceUnavailable
from gateway.identity.jwks import Jwks, parse, source
from gateway.identity.tokens import Provider, Tokens
from meshkit.config import ConfigError
from meshkit.keys.key import Role
from tests.identity_provider import AUDIENCE, ISSUER, JWKS, PRIVATE, claims, jwk, token

PROVIDER = Provider(
    issuer=ISSUER,
    audience=AUDIENCE,
    name_claim="sub",
    role_claim="roles",
    roles={"face-reviewer": Role.REVIEWER, "face-auditor": Role.AUDITOR},
)


SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505  # to be refused


class Shelf:
    """Where the provider's keys are."""

    def __init__(self, content: bytes = JWKS) -> None:
        self.content = content
        self.is_away = False
        self.reads = 0

    def __call__(self) -> bytes:
        self.reads += 1
        if self.is_away:
            raise OSError("no route to 10.0.0.1")
        return self.content


@dataclass
class Clock:
    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s


def tokens(shelf: Shelf | None = None) -> Tokens:
    return Tokens(PROVIDER, Jwks(shelf or Shelf(), fresh_s=300, pause_s=10))


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


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"kty": "oct", "k": "AAAA", "kid": "a", "alg": "HS256"}, id="a secret"),
        pytest.param(jwk("RS256", "a", use="enc"), id="for encryption"),
        pytest.param(jwk("RS256", "a", alg="RS512"), id="another algorithm"),
        pytest.param(jwk("ES256", "a", x="AAAA"), id="broken"),
        pytest.param({**jwk("ES256", "a"), "kid": None}, id="without an id"),
        pytest.param(
            json.loads(RSAAlgorithm.to_jwk(SHORT.public_key())) | {"kid": "a"},
            id="short",
        ),
        pytest.param(7, id="a number"),
    ],
)
def test_keys_that_may_not_sign_are_passed_over(row: Any) -> None:
    """Others of the same set count."""
    content = json.dumps({"keys": [row, jwk("ES256", "good")]}).encode()

    assert ["good"] == list(parse(content))


async def test_a_new_key_is_found_and_a_made_up_one_costs_little() -> None:
    """Only so often is the provider asked for an id that it did not have."""
    clock, shelf = Clock(), Shelf()
    jwks = Jwks(shelf, fresh_s=300, pause_s=10, clock=clock)
    assert await jwks.key("ES256-1")
    for number in range(50):
        assert await jwks.key(f"made-up-{number}") is None
    reads = shelf.reads
    shelf.content = json.dumps({"keys": [jwk("ES256", "ES256-2")]}).encode()
    clock.now_s = 11
    found = await jwks.key("ES256-2")

    assert 1 == reads
    assert found
    assert await jwks.key("ES256-1") is None


async def test_keys_that_were_read_count_while_the_provider_is_away() -> None:
    """Old ones are better than none; the log says so, calls go on."""
    clock, shelf = Clock(), Shelf()
    jwks = Jwks(shelf, fresh_s=300, pause_s=10, clock=clock)
    await jwks.key("ES256-1")
    shelf.is_away, clock.now_s = True, 1000
    found = await jwks.key("ES256-1")
    await jwks.close()

    assert found


async def test_a_provider_that_was_never_there_is_told() -> None:
    """Nobody is called a stranger for what we could not find out."""
    shelf = Shelf()
    shelf.is_away = True
    with pytest.raises(ServiceUnavailable, match="identity provider"):
        await tokens(shelf).identity(token())


@pytest.mark.parametrize(
    ("place", "taken"),
    [
        pytest.param("https://id.example/keys", True, id="https"),
        pytest.param("http://127.0.0.1:8080/keys", True, id="this machine"),
        pytest.param("http://id.example/keys", False, id="plain text"),
        pytest.param("file:///etc/passwd", False, id="another scheme"),
    ],
)
def test_keys_come_from_where_nobody_changes_them(place: str, taken: bool) -> None:
    """Whoever is on the way could sign tokens."""
    try:
        source(place)
    except ConfigError:
        assert not taken
    else:
        assert taken


def test_keys_may_be_in_a_file(tmp_path: Path) -> None:
    """As a provider's set that was saved."""
    file = tmp_path / "jwks.json"
    file.write_bytes(JWKS)

    assert JWKS == source(str(file))()


@contextmanager
def published(content: bytes, status: int = 200) -> Iterator[str]:
    """A provider on this machine that answers one request: its URL."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/keys"
        thread.join()


def test_keys_may_be_fetched() -> None:
    """From where the provider publishes them."""
    with published(JWKS) as url:
        assert JWKS == source(url)()


@pytest.mark.parametrize(
    ("content", "status"),
    [
        pytest.param(b" " * (256 * 1024 + 1), 200, id="too long"),
        pytest.param(b"", 500, id="a failure"),
    ],
)
def test_what_is_fetched_has_bounds(content: bytes, status: int) -> None:
    """A provider that fails does not bring the gateway down."""
    with published(content, status) as url, pytest.raises(OSError, match=r"too long|500"):
        source(url)()
