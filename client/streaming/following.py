"""Following something until it ends, over as many streams as that takes.

Connections are renewed every few minutes, and streams end with them: the next one begins with how
things stand, and what did not change is not told again; or it goes on where the last one was.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

from client.bulk.patience import Patience
from client.calls.prepared import Feed, to_bytes
from client.streaming.breaking import broken
from faces.errors import FaceError

R = TypeVar("R")


class _News(Generic[R]):
    """What is told of something, without what is known, over all streams."""

    def __init__(self, feed: Feed[R]) -> None:
        self.patience = Patience()
        self._feed = feed
        self._told = 0
        self._last: R | None = None

    @property
    def is_over(self) -> bool:
        """Whether the last answer of all was told."""
        return self._last is not None and self._feed.is_last(self._last)

    @property
    def request(self) -> Message:
        """What the next stream is asked for."""
        if self._last is None or self._feed.onward is None:
            return self._feed.request
        return self._feed.onward(self._last)

    def of(self, answer: Any) -> Iterator[R]:
        """How things stand by an answer, if that is new."""
        self._told += 1
        self.patience.reached(self._told)
        now = self._feed.decode(answer)
        if now != self._last:
            self._last = now
            yield now


def follow(channel: grpc.Channel, feed: Feed[R]) -> Iterator[R]:
    """Yield whatever changes, in the caller's thread."""
    stub = channel.unary_stream(feed.path, to_bytes, feed.parse)
    news = _News(feed)
    while not news.is_over:
        try:
            with broken():
                for answer in stub(news.request):
                    yield from news.of(answer)
        except FaceError as error:
            news.patience.wait(error)


async def follow_aio(channel: grpc.aio.Channel, feed: Feed[R]) -> AsyncIterator[R]:
    """Yield whatever changes, in the caller's event loop."""
    stub: Any = channel.unary_stream(feed.path, to_bytes, feed.parse)
    news = _News(feed)
    while not news.is_over:
        try:
            with broken():
                async for answer in stub(news.request):
                    for now in news.of(answer):
                        yield now
        except FaceError as error:
            await asyncio.sleep(news.patience.pause_s(error))
