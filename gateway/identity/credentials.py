"""Calls by those who are known, as far as their roles go. Everybody else is refused."""

from collections.abc import Awaitable, Callable
from typing import Any

from faces.errors import CallNotPermitted, Unauthenticated
from gateway.identity.asking import Identity, being
from gateway.identity.limits import Limits
from gateway.identity.roles import may_call
from gateway.identity.streams import OpenStreams
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context

HEADER = "authorization"
"""Metadata that a credential comes in, behind the word Bearer: an API key, or a token."""

_SCHEME = "bearer"

_FREE = "/grpc."
"""Health and reflection: whoever may connect may ask."""

Verify = Callable[[str], Awaitable[Identity | None]]
"""Tells who brings a credential; None if it does not hold."""


class Credentials:
    """Finds out who calls, before anything of the request is looked at."""

    def __init__(self, verify: Verify, limits: Limits, streams: OpenStreams) -> None:
        self._verify = verify
        self._limits = limits
        self._streams = streams

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:
        """Implement `Layer.wrap`."""
        if method.startswith(_FREE):
            return call

        async def known(request: Any, context: Context) -> Any:
            who = await self._who(context)
            with self._limits.admitted(who), being(who):
                if not may_call(who.roles, method):
                    raise CallNotPermitted(method=method.removeprefix("/"))
                if not streams:
                    return await call(request, context)
                async with self._streams.while_it_holds(who):
                    return await call(request, context)

        return known

    async def _who(self, context: Context) -> Identity:
        """Whoever calls.

        Raises:
            Unauthenticated: They bring no credential that holds, or several.
        """
        given = [text for name, text in context.invocation_metadata() or () if name == HEADER]
        match given:
            case [str() as text]:
                scheme, _, credential = text.partition(" ")
                who = await self._verify(credential) if scheme.lower() == _SCHEME else None
                if who is not None:
                    return who
        raise Unauthenticated
