"""Where the keys of an identity provider are: a file, or a URL."""

import http.client
import urllib.parse
import urllib.request
from pathlib import Path

from gateway.identity.jwks import Read
from meshkit.config import ConfigError
from meshkit.tls.loopback import is_loopback

_MAX_BYTES = 256 * 1024
_LIMIT_S = 5.0


def source(place: str) -> Read:
    """How to read the set of a file, or of a URL.

    Raises:
        ConfigError: It is a URL that somebody on the way could change.
    """
    if "://" not in place:
        return Path(place).read_bytes
    parts = urllib.parse.urlsplit(place)
    if parts.scheme != "https" and not (
        parts.scheme == "http" and is_loopback(parts.hostname or "")
    ):
        raise ConfigError("JWT_KEYS must be a file or a URL of https")

    def fetch() -> bytes:
        try:
            with urllib.request.urlopen(place, timeout=_LIMIT_S) as answer:  # noqa: S310  # checked above
                content: bytes = answer.read(_MAX_BYTES + 1)
                sent_on = urllib.parse.urlsplit(answer.url).scheme != parts.scheme
        except http.client.HTTPException as error:
            raise OSError("it is no answer of HTTP") from error
        if sent_on or len(content) > _MAX_BYTES:
            raise OSError("it is too long, or somewhere else")
        return content

    return fetch
