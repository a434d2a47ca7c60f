"""A channel that takes up a renewed certificate without a failed call.

gRPC for Python binds the certificate of a caller to its channel. So a renewed one is a new channel:
calls that begin go there, those that run finish where they began, and then the old channel closes.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Self

import grpc
import grpc.aio
from typing_extensions import override

from meshkit.tls.folder import Certificates, Folder

Connect = Callable[[Certificates], grpc.aio.Channel]
Make = Callable[[grpc.aio.Channel], Any]


class _Line:
    """One channel, and how many calls run on it."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def watch(self, call: Any) -> Any:
        """Count a call until it is over."""
        self._running += 1
        self._idle.clear()
        call.add_done_callback(self._ended)
        return call

    def _ended(self, _: object) -> None:
        self._running -= 1
        if not self._running:
            self._idle.set()

    async def retire(self) -> None:
        """Close the channel once nobody uses it."""
        await self._idle.wait()
        await self.channel.close()


class _Method:
    """One method of a stub, on whichever channel is the current one."""

    def __init__(self, current: Callable[[], _Line], make: Make) -> None:
        self._current = current
        self._make = make
        self._made: tuple[_Line, Any] | None = None

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        line = self._current()
        if self._made is None or self._made[0] is not line:
            self._made = line, self._make(line.channel)
        return line.watch(self._made[1](*arguments, **settings))


class Renewing(grpc.aio.Channel):
    """As the channel that `connect` opens, with the certificates that the folder holds now."""

    def __init__(self, connect: Connect, folder: Folder) -> None:
        self._connect = connect
        self._folder = folder
        self._taken = folder.held()
        self._line = _Line(connect(self._taken))
        self._retiring: dict[_Line, asyncio.Task[None]] = {}

    def _current(self) -> _Line:
        held = self._folder.held()
        if held != self._taken:
            old, self._line, self._taken = self._line, _Line(self._connect(held)), held
            task = asyncio.create_task(old.retire(), name="old channel")
            self._retiring[old] = task
            task.add_done_callback(lambda _: self._retiring.pop(old, None))
        return self._line

    def _method(self, make: Make) -> Any:
        return _Method(self._current, make)

    @override
    def unary_unary(self, *names: Any, **how: Any) -> Any:
        return self._method(lambda channel: channel.unary_unary(*names, **how))

    @override
    def unary_stream(self, *names: Any, **how: Any) -> Any:
        return self._method(lambda channel: channel.unary_stream(*names, **how))

    @override
    def stream_unary(self, *names: Any, **how: Any) -> Any:
        return self._method(lambda channel: channel.stream_unary(*names, **how))

    @override
    def stream_stream(self, *names: Any, **how: Any) -> Any:
        return self._method(lambda channel: channel.stream_stream(*names, **how))

    @override
    async def close(self, grace: float | None = None) -> None:
        for line, task in list(self._retiring.items()):
            task.cancel()
            await line.channel.close(grace)
        await self._line.channel.close(grace)

    @override
    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._line.channel.get_state(try_to_connect)

    @override
    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._line.channel.wait_for_state_change(last_observed_state)

    @override
    async def channel_ready(self) -> None:
        await self._line.channel.channel_ready()

    @override
    async def __aenter__(self) -> Self:
        return self

    @override
    async def __aexit__(self, *_: object) -> None:
        await self.close()
