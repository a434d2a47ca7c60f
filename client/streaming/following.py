"""Following something until it ends, over as many streams as that takes.

Connections are renewed every few minutes, and streams end with them: the next one begins with how
things stand, and what did not change is not told again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any, TypeVar

import grpc
import grpc.aio

from client.bulk.patience import Patience
from client.calls.prepared import Feed, to_bytes
from client.streaming.breaking import broken
from faces.errors import FaceError

R = TypeVar("R")


def follow(channel: grpc.Channel, feed: Feed[R]) -> Iterator[R]:
    """Yield whatever changes, in the caller's thread."""
    stub = channel.unary_stream(feed.path, to_bytes, feed.parse)
    patience, told, last = Patience(), 0, None
    while last is None or not feed.is_last(last):
        try:
            with broken():
                for answer in stub(feed.request):
                    told += 1
                    patience.reached(told)
                    now = feed.decode(answer)
                    if now != last:
                        last = now
                        yield now
        except FaceError as error:
            patience.wait(error)


async def follow_aio(channel: grpc.aio.Channel, feed: Feed[R]) -> AsyncIterator[R]:
    """Yield whatever changes, in the caller's event loop."""
    stub: Any = channel.unary_stream(feed.path, to_bytes, feed.parse)
    patience, told, last = Patience(), 0, None
    while last is None or not feed.is_last(last):
        try:
            with broken():
                async for answer in stub(feed.request):
                    told += 1
                    patience.reached(told)
                    now = feed.decode(answer)
                    if now != last:
                        last = now
                        yield now
        except FaceError as error:
            await asyncio.sleep(patience.pause_s(error))
