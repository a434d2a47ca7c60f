"""Where the keys of an identity provider are: a file, or a URL."""

import http.client
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from typing_extensions import override

from gateway.identity.jwks import Read
from meshkit.config import ConfigError
from meshkit.tls.loopback import is_loopback

_MAX_BYTES = 256 * 1024
_LIMIT_S = 5.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a step in plain text, once on the way, could end at anybody's keys."""

    @override
    def redirect_request(self, *_: Any) -> None:
        return None


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

    opener = urllib.request.build_opener(_Stay)

    def fetch() -> bytes:
        try:
            with opener.open(place, timeout=_LIMIT_S) as answer:
                content: bytes = answer.read(_MAX_BYTES + 1)
        except http.client.HTTPException as error:
            raise OSError("it is no answer of HTTP") from error
        if len(content) > _MAX_BYTES:
            raise OSError("it is too long")
        return content

    return fetch
