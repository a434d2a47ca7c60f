"""One stream of people to enrol: what each of them is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

from meshkit.deadlines import limited
from meshkit.interceptors.errors import refusal
from sureface.enrollment.v1 import enrollment_pb2 as pb

IN_FLIGHT = 8
"""Most people of a stream who are being enrolled at once, as `enrollment.proto` says."""

_STAGE = "BatchEnroll"


class Batch:
    """Answers every request, whatever becomes of it."""

    def __init__(
        self,
        enroll: Callable[[pb.EnrollPersonRequest], Awaitable[pb.EnrollPersonResponse]],
        *,
        limit_s: float,
    ) -> None:
        self._enroll = enroll
        self._limit_s = limit_s
        self._places = count()
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def answer(self, request: pb.BatchEnrollRequest) -> Coroutine[Any, Any, pb.BatchEnrollResponse]:
        """Enrol the next person of the stream; to be called in its order."""
        return self._answer(next(self._places), request.person)

    async def _answer(self, place: int, person: pb.EnrollPersonRequest) -> pb.BatchEnrollResponse:
        answer = pb.BatchEnrollResponse(request_id=person.request_id, index=place)
        try:
            # Photos are compared with those enrolled before: two requests about one person
            # that run at once would not see each other's. Locks are fair, so this keeps order.
            async with self._turn(person), limited(self._limit_s, stage=_STAGE):
                answer.outcome.CopyFrom(await self._enroll(person))
        except (Exception, asyncio.CancelledError) as failure:  # noqa: BLE001  # logged by `refusal`
            error = refusal(failure, _STAGE)
            answer.error_reason, answer.error_message = error.reason, str(error)
            answer.error_metadata.update(error.metadata)
        return answer

    def _turn(self, person: pb.EnrollPersonRequest) -> asyncio.Lock:
        about = (person.collection_id, person.person_id)
        turn = self._turns.get(about) or asyncio.Lock()
        self._turns[about] = turn
        return turn
