"""Enrolling people from the caller's thread."""

import contextlib
import queue
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.message import Message

from client.bulk.patience import Patience
from client.calls.prepared import Batch, to_bytes
from client.streaming.breaking import SERVED, broken
from client.streaming.unanswered import AHEAD, Unanswered
from client.types.enrollment import BatchOutcome, Enrollee
from faces.errors import FaceError, ServiceUnavailable


def enroll(
    channel: grpc.Channel, batch: Batch, people: Iterable[Enrollee]
) -> Iterator[BatchOutcome]:
    """Enrol people by one stream after another; yield what becomes of each.

    Args:
        channel: Where to.
        batch: What to call.
        people: Taken as there is room for them, in the caller's thread.
    """
    with _Talk(channel, batch) as talk:
        for person in people:
            if len(talk.unanswered) == AHEAD:
                yield talk.answer()
            message = talk.unanswered.add(person)
            if isinstance(message, BatchOutcome):
                yield message
            else:
                talk.send(message)
        while talk.unanswered:
            yield talk.answer()


class _Talk:
    """What is sent and heard, whatever stream it goes through."""

    def __init__(self, channel: grpc.Channel, batch: Batch) -> None:
        self.unanswered = Unanswered(batch)
        self._stub = channel.stream_stream(batch.path, to_bytes, batch.parse)
        self._patience = Patience()
        self._open()

    def __enter__(self) -> Self:
        return self

    def send(self, message: Message) -> None:
        """Send somebody, behind those who are on their way."""
        self._sending.put(message)

    def answer(self) -> BatchOutcome:
        """Wait for the next answer. Sends again what an answer will not come for."""
        while True:
            try:
                with broken():
                    answer = next(self._call, None)
                if answer is None:
                    raise ServiceUnavailable(service=SERVED)
            except FaceError as error:
                self._close()
                self._patience.wait(error)
                self._open()
                continue
            settled = self.unanswered.settle(answer)
            if isinstance(settled, BatchOutcome):
                self._patience.reached(self.unanswered.answered)
                return settled
            self._patience.wait(settled.error)
            self.send(settled.message)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._sending.put(None)
            with contextlib.suppress(grpc.RpcError):  # all answers are here
                next(self._call, None)
        self._close()

    def _open(self) -> None:
        self._sending: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        for message in self.unanswered.messages():
            self._sending.put(message)
        self._call: Any = self._stub(iter(self._sending.get, None))

    def _close(self) -> None:
        self._call.cancel()
        self._sending.put(None)  # gRPC's thread waits for it
