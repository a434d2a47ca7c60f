"""The keys by which an identity provider signs: from a file or a URL, looked at again in time."""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt

from faces.errors import ServiceUnavailable

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""How tokens may be signed: by a private key that only the provider has, and by no other way."""

_KINDS = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
_RSA_BITS = 2048

Read = Callable[[], bytes]
"""Fetches a set of keys, on a thread. Raises OSError."""


class Jwks:
    """Keys by their id.

    They are read again by the first call that finds them old, and for an id that is not among
    them, but not every time somebody makes one up. Calls wait for that. While the provider is away
    they do not: they go on with the keys that are there.
    """

    def __init__(
        self,
        read: Read,
        *,
        fresh_s: float,
        pause_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read nothing yet.

        Args:
            read: Where they come from.
            fresh_s: Seconds for which what was read is taken for what is there: a key that the
                provider withdraws holds for as long.
            pause_s: Least seconds from one reading to the next.
            clock: Seconds.
        """
        self._read, self._clock = read, clock
        self._fresh_s, self._pause_s = fresh_s, pause_s
        self._keys: Mapping[str, jwt.PyJWK] | None = None
        self._tried_s = self._read_s = float("-inf")
        self._is_away = False
        self._reading: asyncio.Task[None] | None = None

    async def key(self, key_id: str) -> jwt.PyJWK | None:
        """The key of an id; None if the provider has none.

        Raises:
            ServiceUnavailable: No key could ever be read.
        """
        is_old = self._clock() - self._read_s > self._fresh_s
        if self._keys is None or key_id not in self._keys or (is_old and not self._is_away):
            await self._again()
        elif is_old:
            self._begin()
        if self._keys is None:
            raise ServiceUnavailable(service="identity provider")
        return self._keys.get(key_id)

    async def close(self) -> None:
        """Read nothing more."""
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _again(self) -> None:
        self._begin()
        if self._reading:
            await asyncio.shield(self._reading)

    def _begin(self) -> None:
        if self._reading is None and self._clock() - self._tried_s > self._pause_s:
            self._tried_s = self._clock()
            self._reading = asyncio.create_task(self._take(), name="JWKS")

    async def _take(self) -> None:
        try:
            self._keys = parse(await asyncio.to_thread(self._read))
            self._read_s, self._is_away = self._clock(), False
        except (OSError, ValueError, RecursionError) as error:
            self._is_away = True
            facts = {"problem": type(error).__name__}
            log.error("the keys of the identity provider cannot be read", extra=facts)  # noqa: TRY400  # no bug
        finally:
            self._reading = None


def parse(content: bytes) -> dict[str, jwt.PyJWK]:
    """Keys that may sign tokens; others of a set are passed over.

    Raises:
        ValueError: It is no set of keys.
    """
    document = json.loads(content)
    rows = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise ValueError("it has no list of keys")  # noqa: TRY004  # of the content, not of ours
    found = {row["kid"]: key for row in rows if (key := _key(row)) is not None}
    if not found:
        raise ValueError("it has no key that may sign tokens")
    return found


def _key(row: Any) -> jwt.PyJWK | None:
    if not isinstance(row, dict) or not isinstance(row.get("kid"), str):
        return None
    fits = [name for name, kind in _KINDS.items() if kind == row.get("kty")]
    if not fits or row.get("alg", fits[0]) != fits[0] or row.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK(row, algorithm=fits[0])
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return (
        key if getattr(key.key, "key_size", _RSA_BITS) >= _RSA_BITS or fits != ["RS256"] else None
    )
