"""Watching a camera with asyncio."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable
from typing import Any, TypeVar

import grpc.aio
from google.protobuf.message import Message

from client.bulk.patience import Patience
from client.calls.prepared import Stream, to_bytes
from client.streaming.breaking import broken
from client.streaming.stamp import Stamp
from client.types.image import Picture
from client.types.stream import Frame
from faces.errors import FaceError

R = TypeVar("R")


async def watch(
    channel: Callable[[], grpc.aio.Channel],
    stream: Stream[R],
    frames: AsyncIterable[Frame | Picture],
) -> AsyncIterator[R]:
    """As `client.streaming.blocking.watch`; frames are taken in the caller's event loop."""
    feed, patience, opened = _Feed(stream, frames), Patience(), 0
    try:
        while True:
            try:
                async with contextlib.aclosing(_one(channel, stream, feed)) as answers:
                    async for answer in answers:
                        opened += 1
                        patience.reached(opened)
                        yield answer
            except FaceError as error:
                if feed.is_over:
                    raise
                await asyncio.sleep(patience.pause_s(error))
            if feed.error:
                raise feed.error
            if feed.is_over:
                return
    finally:
        await feed.close()


async def _one(
    channel: Callable[[], grpc.aio.Channel], stream: Stream[R], feed: "_Feed"
) -> AsyncGenerator[R, None]:
    is_open = asyncio.Event()
    async with channel() as opened:
        stub = opened.stream_stream(stream.path, to_bytes, stream.parse)
        call: Any = stub(feed.messages(stream.settings, is_open))
        try:
            with broken():
                async for answer in call:
                    is_open.set()
                    yield stream.decode(answer)
        finally:
            call.cancel()


class _Feed:
    """Frames for one stream after another."""

    def __init__(self, stream: Stream[R], frames: AsyncIterable[Frame | Picture]) -> None:
        self.is_over = False
        self.error: Exception | None = None
        self._encode = stream.encode
        self._frames = aiter(frames)
        self._stamp = Stamp()
        self._next: asyncio.Task[Message | None] | None = None

    async def messages(self, settings: Message, is_open: asyncio.Event) -> AsyncIterator[Message]:
        """The messages of one stream: settings, and frames once it is open."""
        yield settings
        await is_open.wait()
        while not self.is_over:
            if self._next is None:
                self._next = asyncio.create_task(self._take(), name="next frame")
            # A stream that ends while it waits leaves the frame to the next one.
            message = await asyncio.shield(self._next)
            self._next = None
            if message is not None:
                yield message

    async def close(self) -> None:
        """Take no other frame."""
        if self._next:
            self._next.cancel()
            await asyncio.wait([self._next])

    async def _take(self) -> Message | None:
        try:
            return self._encode(*self._stamp(await anext(self._frames)))
        except StopAsyncIteration:
            self.is_over = True
        except Exception as error:  # noqa: BLE001  # raised again by `watch`
            self.is_over, self.error = True, error
        return None
