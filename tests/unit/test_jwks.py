"""Keys of an identity provider: from where, for how long, and which of them."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from gateway.identity.fetching import source
from gateway.identity.jwks import Jwks, parse
from meshkit.config import ConfigError
from tests.identity_provider import JWKS, jwk

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


async def test_a_key_that_was_withdrawn_does_not_hold_for_whoever_comes_late() -> None:
    """Nobody may have called for days: the first who does waits until it is known."""
    clock, shelf = Clock(), Shelf()
    jwks = Jwks(shelf, fresh_s=300, pause_s=10, clock=clock)
    before = await jwks.key("ES256-1")
    shelf.content = json.dumps({"keys": [jwk("ES256", "ES256-2")]}).encode()
    clock.now_s = 301
    after = await asyncio.gather(*(jwks.key("ES256-1") for _ in range(2)))

    assert before
    assert [None, None] == after


async def test_calls_do_not_wait_for_a_provider_that_is_away() -> None:
    """Whether it is back is found out beside them."""
    clock, shelf = Clock(), Shelf()
    jwks = Jwks(shelf, fresh_s=300, pause_s=10, clock=clock)
    await jwks.key("ES256-1")
    shelf.is_away, clock.now_s = True, 301
    await jwks.key("ES256-1")
    shelf.is_away, clock.now_s = False, 312
    shelf.content = json.dumps({"keys": [jwk("ES256", "ES256-2")]}).encode()

    with pytest.raises(StopIteration) as answer:  # it waits for nothing
        jwks.key("ES256-1").send(None)
    assert answer.value.value
    assert await jwks.key("ES256-2")  # waits for the reading that has begun
    assert await jwks.key("ES256-1") is None


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
            self.send_header("Location", "http://127.0.0.1:1/keys")
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
        pytest.param(b"", 302, id="another place"),
    ],
)
def test_what_is_fetched_has_bounds(content: bytes, status: int) -> None:
    """A provider that fails does not bring the gateway down."""
    with published(content, status) as url, pytest.raises(OSError, match=r"too long|500|302"):
        source(url)()
