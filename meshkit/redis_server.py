"""The Redis server: how it is reached, and what it must promise before we write to it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.exceptions import NoPermissionError, OutOfMemoryError, RedisError
from redis.retry import Retry

from meshkit.config import ConfigError
from meshkit.redis_tls import Connection
from meshkit.tls.folder import Folder

PROMISES = {
    "appendonly": "yes",
    "appendfsync": "always",
    # Otherwise nothing is synced while the log is rewritten.
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}
"""Settings without which an acknowledged write may be lost."""


class UnfitError(redis.ConnectionError):
    """The server may lose what it acknowledges."""


def reader(url: str, *, timeout_s: float, tls: Path | None = None) -> redis.Redis:
    """Make a client that looks; it connects when it is used.

    Args:
        url: ``rediss://…`` is over TLS.
        timeout_s: How long the server may take for one answer.
        tls: Folder of certificates for that, looked at again for each connection. Without one,
            the authorities of the system are believed, and no certificate is shown.

    Raises:
        ConfigError: The URL is none, or the certificates cannot be used.
    """
    return _client(url, timeout_s, tls, None)


def writer(url: str, *, timeout_s: float, tls: Path | None = None) -> redis.Redis:
    """Make a `reader` whose every connection begins with proof of the server's promises.

    A server that was restarted, or that another one took over from, is a new connection:
    nothing is written to it before it has told how durable it is.

    Raises:
        ConfigError: The URL is none, or the certificates cannot be used.
    """
    return _client(url, timeout_s, tls, _proven)


def _client(url: str, timeout_s: float, tls: Path | None, on_connect: Any) -> redis.Redis:
    over: dict[str, Any] = {}
    if tls:
        held = Folder(tls, own=False, authorities=True)
        over = {"connection_class": Connection, "certificates": held}
    try:
        return redis.Redis.from_url(
            url,
            protocol=2,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            socket_keepalive=True,
            # What may be tried again is known here, not there.
            retry=Retry(NoBackoff(), 0),
            driver_info=None,
            redis_connect_func=on_connect,
            **over,
        )
    except ValueError as error:
        raise ConfigError(f"the URL of Redis: {error}") from None


def _proven(connection: Any) -> None:
    """Log in, then refuse a server that promises too little."""
    connection.on_connect()
    # At once: what is sent after a server's refusal would hide it.
    asked = connection.pack_commands([("CONFIG", "GET", name) for name in PROMISES])
    connection.send_packed_command(asked)
    try:
        replies = [connection.read_response() for _ in PROMISES]
    except NoPermissionError:
        raise UnfitError("its user may not ask for settings: grant +config|get") from None
    found = {each[0].decode(): each[1].decode() for each in replies if each}
    wrong = [
        f"{name} must be {wanted}, is {found.get(name, 'unknown to it')}"
        for name, wanted in PROMISES.items()
        if found.get(name) != wanted
    ]
    if wrong:
        raise UnfitError("; ".join(wrong))


@contextlib.contextmanager
def failing_as_config() -> Iterator[None]:
    """Say in one line why a server cannot be used; never its URL, which has a password."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise ConfigError(f"Redis cannot be used: {error}") from error
    except ConfigError as error:
        raise ConfigError(f"Redis cannot be used: {error}") from None


def is_starved(error: RedisError) -> bool:
    """Tell a full memory; before Redis 7, a script's error only quotes it."""
    return isinstance(error, OutOfMemoryError) or "-OOM " in str(error)
