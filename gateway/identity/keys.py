"""API keys in force: taken from a file that is watched, checked at every call."""

import asyncio
import hashlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from faces.errors import QueueFull
from gateway.identity.asking import Identity
from meshkit.config import ConfigError
from meshkit.keys.key import Key, KeyState
from meshkit.keys.key_file import KeysWrong, parse, read
from meshkit.keys.secret import hashed, matches, new_secret, split

log = logging.getLogger(__name__)

_REMEMBERED = 4096
"""Credentials of which it is known whether they are right; those of the longest ago go first."""

_WAITING = 64
"""Most credentials that wait to be checked: strangers get no more of our time."""


Ended = Callable[[Collection[str]], None]
"""Told the ids of keys that are no longer what they were: streams that came with them must end."""


class KeysInForce:
    """Always one whole file of keys.

    Checking a secret is slow on purpose, so what came of it is remembered: under a digest of hash
    and secret that only this process can compute, which tells neither of them. It says that a
    secret is, or is not, the one of a hash, which never changes. Whether there is a key with that
    hash, neither expired nor revoked, is asked anew by each call.
    """

    def __init__(self, keys: Mapping[str, Key], *, ended: Ended) -> None:
        """Begin with these.

        Args:
            keys: By their id.
            ended: Told when others have taken their place.
        """
        self._keys = keys
        self._ended = ended
        self._salt = secrets.token_bytes(32)
        self._checked: OrderedDict[bytes, bool] = OrderedDict()
        self._checks: dict[bytes, asyncio.Future[bool]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keys")
        # What is compared for a key that is not there: it takes as long as for one that is.
        self._decoy = hashed(new_secret())

    @classmethod
    async def first(cls, path: Path, *, ended: Ended) -> Self:
        """Put the keys of a file into force.

        Raises:
            ConfigError: It is wrong: there are none to go on with.
        """
        try:
            keys = await asyncio.to_thread(lambda: parse(read(path)))
        except KeysWrong as problem:
            raise ConfigError(f"{path}: {problem}") from None
        return cls(keys, ended=ended)

    async def offer(self, content: bytes | None) -> bool:
        """Put a file's keys into force, or reject it whole and go on with the old ones."""
        try:
            keys = await asyncio.to_thread(parse, content)
        except KeysWrong as problem:
            facts = {"problem": str(problem)}
            log.error("the key file was rejected; the old keys stay in force", extra=facts)  # noqa: TRY400  # no bug
            return True
        if keys != self._keys:
            before, self._keys = self._keys, keys
            log.info("the key file is in force", extra={"keys": len(keys)})
            self._ended({key_id for key_id, key in before.items() if keys.get(key_id) != key})
        return True

    async def identity(self, credential: str) -> Identity | None:
        """Who brings a key; None if it does not hold.

        Raises:
            QueueFull: Too many credentials wait to be checked.
        """
        if (parts := split(credential)) is None:
            return None
        key_id, secret = parts
        key = self._keys.get(key_id)
        right = await self._is_right(key.secret_hash if key else self._decoy, secret)
        # Another file may be in force by now.
        if key is None or key != self._keys.get(key_id):
            return None
        return _identity(key) if right and _holds(key) else None

    def close(self) -> None:
        """Check nothing more."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _is_right(self, secret_hash: str, secret: str) -> bool:
        digest = hashlib.blake2b(f"{secret_hash} {secret}".encode(), key=self._salt).digest()
        if digest in self._checked:
            self._checked.move_to_end(digest)
            return self._checked[digest]
        if digest not in self._checks:
            if len(self._checks) >= _WAITING:
                raise QueueFull(queue="credentials", limit=_WAITING)
            check = asyncio.wrap_future(self._thread.submit(matches, secret_hash, secret))
            self._checks[digest] = check
            check.add_done_callback(lambda _: self._checks.pop(digest))
        right = self._checked[digest] = await asyncio.shield(self._checks[digest])
        while len(self._checked) > _REMEMBERED:
            self._checked.popitem(last=False)
        return right


def _holds(key: Key) -> bool:
    return key.state(datetime.now(UTC)) is KeyState.VALID


def _identity(key: Key) -> Identity:
    return Identity(
        subject=key.name,
        roles=frozenset({key.role}),
        key_id=key.key_id,
        expire_time=key.expire_time,
        collections=frozenset(key.collections),
        scenes=frozenset(key.scenes),
        calls_per_s=key.calls_per_s,
    )
