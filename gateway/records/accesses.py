"""Every call that touches biometric data leaves an entry, whatever else is on record of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from faces.errors import Code, FaceError, StoreUnavailable
from gateway.identity.asking import asking
from gateway.identity.roles import RULES, Data
from gateway.records.recorder import Recorder
from gateway.records.said import Said, shape_of
from gateway.records.trail import Trail, following
from meshkit.deadlines import remaining_s
from meshkit.interceptors.layers import Call
from meshkit.rpc import Context
from meshkit.telemetry.spans import ids

ACCESS, BEGIN = "access", "access_begin"
"""Kinds of entries: that a call was made, and that one is being answered."""


class Accesses:
    """Nothing leaves before some record of its call is on disk. To be applied to decoded requests.

    A call that is answered once, and has left a record of its own, leaves no other. All others
    leave one when they end: those that fail or were cut, and those that answer in a stream.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def wrap(self, call: Call, method: str, *, streams: bool) -> Call:  # noqa: ARG002  # answers tell
        """Implement `Layer.wrap`."""
        rule = RULES.get(method)
        if rule is None or rule.data is not Data.BIOMETRIC:
            return call
        name, shape = method.rpartition("/")[2], shape_of(method)

        async def on_record(request: Any, context: Context) -> Any:
            said = Said(shape)
            with following() as trail:
                watched: Any = _Watched(context, self._recorder, _Entry(name, said), trail)
                try:
                    answer = await call(_heard(request, said), watched)
                except (Exception, asyncio.CancelledError) as failure:
                    # The caller hears of the first failure; our log, of this one, too.
                    with contextlib.suppress(StoreUnavailable):
                        await watched.end(failure)
                    raise
                if answer is not None:
                    said.answer(answer)
                if answer is None or not trail.left:
                    await watched.end(None)
                return answer

        return on_record


@dataclass(frozen=True, slots=True)
class _Entry:
    """What is kept of a call. Who made it, and when, the log knows."""

    call: str
    said: Said

    def facts(self) -> dict[str, object]:
        """What is known of it by now."""
        who = asking()
        return {
            "call": self.call,
            "roles": sorted(role.value for role in who.roles) if who else [],
            **self.said.ids,
            "trace_id": ids().get("trace_id", ""),
        }


class _Watched:
    """A call's context, by which streams send; and the entries of that call."""

    def __init__(self, context: Context, recorder: Recorder, entry: _Entry, trail: Trail) -> None:
        self._context = context
        self._recorder = recorder
        self._entry = entry
        self._trail = trail

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    async def write(self, message: Any) -> None:
        """Send a message once the call is on record.

        Raises:
            StoreUnavailable: It is not.
        """
        if not self._trail.left:
            await self._recorder.note(BEGIN, self._entry.facts())
        self._entry.said.answer(message)
        await self._context.write(message)

    async def end(self, failure: BaseException | None) -> None:
        """Put on record how the call ended.

        Raises:
            StoreUnavailable: It is not.
        """
        status, reason = _outcome(failure)
        counts = dict(self._entry.said.counts)
        facts = {**self._entry.facts(), "counts": counts, "outcome": status, "error": reason}
        await self._recorder.note(ACCESS, facts)


def _heard(request: Any, said: Said) -> Any:
    """A request, or the stream of them, on its way in."""
    if hasattr(request, "__aiter__"):
        return _each(request, said)
    said.ask(request)
    return request


async def _each(requests: AsyncIterator[Any], said: Said) -> AsyncIterator[Any]:
    async for request in requests:
        said.ask(request)
        yield request


def _outcome(failure: BaseException | None) -> tuple[str, str]:
    """A call's status by name, and its reason if it has one."""
    if failure is None:
        return "OK", ""
    if isinstance(failure, FaceError):
        return failure.code.name, failure.reason
    if isinstance(failure, asyncio.CancelledError):
        # By its caller, by the end of its credential, or by that of its time.
        return (Code.DEADLINE_EXCEEDED.name if remaining_s() == 0 else "CANCELLED"), ""
    return Code.INTERNAL.name, ""
