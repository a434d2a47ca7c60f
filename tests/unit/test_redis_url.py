"""Which way to Redis is allowed: over TLS, on this machine, or by an explicit setting."""

from pathlib import Path

import pytest

from gateway.config import Config as GatewayConfig
from meshkit.config import ConfigError, ServerConfig, load
from meshkit.tls.redis_url import redis_problem
from services.gallery.config import Config as GalleryConfig

CERTS = Path("/certs")
PLAIN = "Redis is on another machine, and there is no TLS: set REDIS_TLS to a folder"
SCHEME = "the URL of Redis must begin with rediss://, for REDIS_TLS is set"


@pytest.mark.parametrize(
    ("url", "tls", "problem"),
    [
        pytest.param("", None, "", id="none"),
        pytest.param("", CERTS, "", id="none, and certificates"),
        pytest.param("redis://127.0.0.1:6379/0", None, "", id="here"),
        pytest.param("redis://user:hush@[::1]:6379", None, "", id="here, version 6"),
        pytest.param("redis://localhost", None, "", id="here by name"),
        pytest.param("redis://", None, "", id="here by default"),
        pytest.param("unix:///run/redis.sock", None, "", id="a socket"),
        pytest.param("rediss://redis:6379", None, "", id="authorities of the system"),
        pytest.param("rediss://redis:6379", CERTS, "", id="our authority"),
        pytest.param("redis://:hush@redis:6379/0", None, PLAIN, id="elsewhere"),
        pytest.param("REDIS://:hush@10.0.0.1", None, PLAIN, id="elsewhere, in capitals"),
        pytest.param("redis://:hu[sh@127.0.0.1", None, PLAIN, id="nobody knows where"),
        pytest.param("redis://127.0.0.1", CERTS, SCHEME, id="certificates for plain text"),
        pytest.param("unix:///run/redis.sock", CERTS, SCHEME, id="certificates for a socket"),
    ],
)
def test_what_others_could_hear_is_refused(url: str, tls: Path | None, problem: str) -> None:
    """The line says what to set, and never the password."""
    told = redis_problem(url, tls, insecure=False, setting="REDIS_TLS")

    assert bool(problem) == bool(told)
    assert told.startswith(problem)
    assert "hu" not in told


def test_an_operator_may_allow_plain_text() -> None:
    """But not call it TLS."""
    plain, certs = ("redis://redis:6379", None), ("redis://redis:6379", CERTS)

    assert not redis_problem(*plain, insecure=True, setting="REDIS_TLS")
    assert redis_problem(*certs, insecure=True, setting="REDIS_TLS")


@pytest.mark.parametrize(
    ("config", "prefix", "setting", "more"),
    [
        pytest.param(GalleryConfig, "GALLERY_", "REDIS", {}, id="gallery"),
        pytest.param(GatewayConfig, "GATEWAY_", "JOBS_REDIS", {"DATA": "data"}, id="gateway"),
    ],
)
def test_no_process_starts_with_it(
    config: type[ServerConfig], prefix: str, setting: str, more: dict[str, str]
) -> None:
    """Each names its own variable."""
    url = "REDIS_URL" if setting == "REDIS" else setting
    given = {prefix + key: text for key, text in {url: "redis://redis", **more}.items()}
    with pytest.raises(ConfigError, match=rf" set {setting}_TLS to a folder of certificates "):
        load(config, given, prefix=prefix)

    assert load(config, {**given, f"{prefix}INSECURE": "true"}, prefix=prefix)
    safe = {prefix + url: "rediss://redis", f"{prefix}{setting}_TLS": "/certs"}
    assert load(config, given | safe, prefix=prefix)
