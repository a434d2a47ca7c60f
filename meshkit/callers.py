"""Who makes the call that is being answered, for those who keep records."""

import contextlib
import re
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from meshkit.rpc import Context

REQUEST_ID = "x-request-id"
"""Metadata by which a caller may name a call."""

_NAME = re.compile(r"[!-~]{1,128}")

_answered: ContextVar["Caller"] = ContextVar("caller")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call is being answered. Looked up only when somebody asks."""

    context: Context
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def peer(self) -> str:
        """Where the call comes from, without the port: ``ipv4:10.0.0.7``."""
        peer = unquote(self.context.peer() or "")
        return peer.rpartition(":")[0] if peer.startswith(("ipv4:", "ipv6:")) else peer

    @property
    def request_id(self) -> str:
        """How the caller named the call; empty if they did not, or not in plain characters."""
        named = dict(self.context.invocation_metadata() or ()).get(REQUEST_ID, "")
        return named if isinstance(named, str) and _NAME.fullmatch(named) else ""


@contextlib.contextmanager
def calling(context: Context) -> Iterator[None]:
    """Note whose call is answered inside; tasks started there inherit it."""
    token = _answered.set(Caller(context))
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # a stream may end in another task's context
            _answered.reset(token)


def caller() -> Caller | None:
    """Who makes the current call; None outside of any."""
    return _answered.get(None)
