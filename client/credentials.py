"""What a client brings to prove who calls: an API key, or a token of an identity provider."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from meshkit.config import ConfigError
from meshkit.tls.loopback import stays_here

Token = str | Callable[[], str]
"""A token, or what finds the current one, asked for each call: tokens expire."""

Bearer = Callable[[], str]
"""Finds the credential of the next call."""


def bearer(
    api_key: str | None, token: Token | None, *, address: str, tls: Path | None
) -> Bearer | None:
    """The credential of a client; None if it has none.

    Raises:
        ConfigError: There are two, or whoever is on the way to the gateway could read it.
    """
    if api_key and token:
        raise ConfigError("there is an API key and a token: one of them must go")
    given = api_key or token
    if not given:
        return None
    if tls is None and not stays_here(address):
        raise ConfigError(
            f"{address} is on another machine, and there is no TLS: a credential is not sent there"
        )
    if callable(given):
        return lambda: _sendable(given())
    _sendable(given)
    return lambda: given


def _sendable(credential: str) -> str:
    """Pass a credential on, unless gRPC would refuse it in words that nobody understands."""
    if not (credential.isascii() and credential.isprintable()) or " " in credential:
        raise ConfigError("the credential has characters that no credential has")
    return credential


def bearing(connect: Callable[[], Any], bearer: Bearer | None) -> Callable[[], Any]:
    """A way to open channels, blocking or of asyncio, whose calls bring a credential."""
    return connect if bearer is None else lambda: _Bearing(connect(), bearer)


class _Bearing:
    """A channel that adds a credential to each of its calls.

    Not gRPC's own call credentials: those need TLS, on loopback, too.
    """

    def __init__(self, channel: Any, bearer: Bearer) -> None:
        self._channel = channel
        self._bearer = bearer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def unary_unary(self, *names: Any, **how: Any) -> Any:
        return self._with(self._channel.unary_unary(*names, **how))

    def unary_stream(self, *names: Any, **how: Any) -> Any:
        return self._with(self._channel.unary_stream(*names, **how))

    def stream_unary(self, *names: Any, **how: Any) -> Any:
        return self._with(self._channel.stream_unary(*names, **how))

    def stream_stream(self, *names: Any, **how: Any) -> Any:
        return self._with(self._channel.stream_stream(*names, **how))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._channel.close()

    def _with(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **settings: Any) -> Any:
            metadata = (("authorization", f"Bearer {self._bearer()}"),)
            return method(*arguments, metadata=metadata, **settings)

        return call
