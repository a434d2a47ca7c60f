"""Watching a camera from the caller's thread."""

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from client.bulk.patience import Patience
from client.calls.prepared import Stream, to_bytes
from client.streaming.breaking import broken
from client.streaming.stamp import Stamp
from client.types.image import Picture
from client.types.stream import Frame
from faces.errors import FaceError

R = TypeVar("R")


def watch(
    channel: Callable[[], grpc.Channel], stream: Stream[R], frames: Iterable[Frame | Picture]
) -> Iterator[R]:
    """Go through frames by one stream after another; yield what all of them tell.

    Args:
        channel: Opens a channel. Each stream has one of its own, which the server ends at a
            certain age: so a stream is as old as its connection.
        stream: What to call.
        frames: Taken as they can be sent, in a thread of gRPC's. What they raise is raised
            here.
    """
    feed, patience, opened = _Feed(stream, frames), Patience(), 0
    while True:
        try:
            for answer in _one(channel, stream, feed):
                opened += 1
                patience.reached(opened)
                yield answer
        except FaceError as error:
            if feed.is_over:
                raise
            patience.wait(error)
        if feed.error:
            raise feed.error
        if feed.is_over:
            return


def _one(channel: Callable[[], grpc.Channel], stream: Stream[R], feed: "_Feed") -> Iterator[R]:
    turn = _Turn(stream.settings, feed)
    with channel() as opened, contextlib.ExitStack() as stack:
        call = opened.stream_stream(stream.path, to_bytes, stream.parse)(turn)
        stack.callback(call.cancel)
        stack.callback(turn.end)
        with broken():
            for answer in call:
                turn.open()
                yield stream.decode(answer)


class _Feed:
    """Frames for one stream after another, each of which takes them in another thread."""

    def __init__(self, stream: Stream[R], frames: Iterable[Frame | Picture]) -> None:
        self.is_over = False
        self.error: Exception | None = None
        self._encode = stream.encode
        self._frames = iter(frames)
        self._stamp = Stamp()
        self._lock = threading.Lock()
        self._kept: Message | None = None

    def take(self, turn: "_Turn") -> Message | None:
        """The next message; None if there is none, or if it is no longer this stream's turn."""
        with self._lock:
            if self._kept is None and not turn.ended and not self.is_over:
                self._kept = self._next()
            if turn.ended:
                return None  # the next stream gets what was taken
            message, self._kept = self._kept, None
            return message

    def _next(self) -> Message | None:
        try:
            return self._encode(*self._stamp(next(self._frames)))
        except StopIteration:
            self.is_over = True
        except Exception as error:  # noqa: BLE001  # raised again by `watch`
            self.is_over, self.error = True, error
        return None


class _Turn:
    """The messages of one stream: settings, and frames once it is open."""

    def __init__(self, settings: Message, feed: _Feed) -> None:
        self.ended = False
        self._settings: Message | None = settings
        self._feed = feed
        self._open = threading.Event()

    def open(self) -> None:
        """The settings were taken: frames may follow."""
        self._open.set()

    def end(self) -> None:
        """The stream is over; whoever waits for a frame of it need not."""
        self.ended = True
        self._open.set()

    def __iter__(self) -> Iterator[Message]:
        return self

    def __next__(self) -> Message:
        if self._settings is not None:
            message, self._settings = self._settings, None
            return message
        self._open.wait()
        following = self._feed.take(self)
        if following is None:
            raise StopIteration
        return following
