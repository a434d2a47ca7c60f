"""Enrolling people with asyncio."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio
from google.protobuf.message import Message

from client.bulk.patience import Patience
from client.calls.prepared import Batch, to_bytes
from client.streaming.breaking import SERVED, broken
from client.streaming.unanswered import AHEAD, Unanswered
from client.types.enrollment import BatchOutcome, Enrollee
from faces.errors import FaceError, ServiceUnavailable


async def enroll(
    channel: grpc.aio.Channel, batch: Batch, people: AsyncIterable[Enrollee]
) -> AsyncGenerator[BatchOutcome, None]:
    """As `client.streaming.enrolling.enroll`; people are taken in the caller's event loop."""
    async with _Talk(channel, batch) as talk:
        async for person in people:
            if len(talk.unanswered) == AHEAD:
                yield await talk.answer()
            message = talk.unanswered.add(person)
            if isinstance(message, BatchOutcome):
                yield message
            else:
                talk.send(message)
        while talk.unanswered:
            yield await talk.answer()


class _Talk:
    """What is sent and heard, whatever stream it goes through."""

    def __init__(self, channel: grpc.aio.Channel, batch: Batch) -> None:
        self.unanswered = Unanswered(batch)
        self._stub: Any = channel.stream_stream(batch.path, to_bytes, batch.parse)
        self._patience = Patience()
        self._open()

    async def __aenter__(self) -> Self:
        return self

    def send(self, message: Message) -> None:
        """Send somebody, behind those who are on their way."""
        self._sending.put_nowait(message)

    async def answer(self) -> BatchOutcome:
        """Wait for the next answer. Sends again what an answer will not come for."""
        while True:
            try:
                with broken():
                    answer = await self._call.read()
                if answer is grpc.aio.EOF:
                    raise ServiceUnavailable(service=SERVED)
            except FaceError as error:
                self._close()
                await asyncio.sleep(self._patience.pause_s(error))
                self._open()
                continue
            settled = self.unanswered.settle(answer)
            if isinstance(settled, BatchOutcome):
                self._patience.reached(self.unanswered.answered)
                return settled
            await asyncio.sleep(self._patience.pause_s(settled.error))
            self.send(settled.message)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._sending.put_nowait(None)
            with contextlib.suppress(grpc.RpcError):  # all answers are here
                await self._call.read()
        self._close()

    def _open(self) -> None:
        self._sending: asyncio.Queue[Message | None] = asyncio.Queue()
        for message in self.unanswered.messages():
            self._sending.put_nowait(message)
        self._call: Any = self._stub(_until_none(self._sending))

    def _close(self) -> None:
        self._call.cancel()
        self._sending.put_nowait(None)  # gRPC's task waits for it


async def _until_none(messages: asyncio.Queue[Message | None]) -> AsyncIterator[Message]:
    while (message := await messages.get()) is not None:
        yield message
