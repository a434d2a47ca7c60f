"""People of a batch who wait for their answers, over all streams that it takes."""

from typing import Any, NamedTuple

from google.protobuf.message import Message

from client.calls.prepared import Batch, fresh
from client.types.enrollment import BatchOutcome, Enrollee
from faces.errors import FaceError

AHEAD = 16
"""Most of them: twice as many as the gateway works on, so that it never waits for us."""


class Again(NamedTuple):
    """A failure that will pass, and what to send again once it has."""

    error: FaceError
    message: Message


class Unanswered:
    """Keeps messages as they were first sent: sent again, they enrol nobody twice."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._sent: dict[str, tuple[Enrollee, Message]] = {}
        self.answered = 0
        """People who wait no more."""

    def __len__(self) -> int:
        return len(self._sent)

    def add(self, person: Enrollee) -> Message | BatchOutcome:
        """Someone more: what to send, or why the mesh would not take it."""
        request_id = fresh(None)
        try:
            message = self._batch.encode(person, request_id)
        except FaceError as error:
            return BatchOutcome(enrollee=person, enrollment=None, error=error)
        self._sent[request_id] = person, message
        return message

    def messages(self) -> list[Message]:
        """What to send to a new stream, in the order in which it was sent first."""
        return [message for _, message in self._sent.values()]

    def settle(self, answer: Any) -> BatchOutcome | Again:
        """What became of someone, unless the next attempt may tell something better."""
        person, message = self._sent[answer.request_id]
        outcome = self._batch.decode(person, answer)
        if outcome.error and outcome.error.passes:
            return Again(outcome.error, message)
        del self._sent[answer.request_id]
        self.answered += 1
        return outcome
