"""A batch answers each request, whatever becomes of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from faces.errors import CollectionNotFound
from gateway.servicers.batch import Batch
from sureface.enrollment.v1 import enrollment_pb2 as pb

Enroll = Callable[[pb.EnrollPersonRequest], Awaitable[pb.EnrollPersonResponse]]

DONE = pb.EnrollPersonResponse(outcomes=[pb.PhotoOutcome(enrolled=True)])


def asks(person_id: str, request_id: str = "r") -> pb.BatchEnrollRequest:
    """To enrol somebody."""
    return pb.BatchEnrollRequest(
        person=pb.EnrollPersonRequest(
            request_id=request_id, collection_id="staff", person_id=person_id
        )
    )


def raising(error: BaseException) -> Enroll:
    """An enrolment that fails."""

    async def enroll(_: pb.EnrollPersonRequest) -> pb.EnrollPersonResponse:
        raise error

    return enroll


async def test_an_answer_says_which_request_it_is_about() -> None:
    """By the request's id, and by its place for requests without a good one."""

    async def enroll(_: pb.EnrollPersonRequest) -> pb.EnrollPersonResponse:
        return DONE

    batch = Batch(enroll, limit_s=10)
    first, second = batch.answer(asks("a", "r-1")), batch.answer(asks("b", ""))

    answers = [await second, await first]
    assert [("", 1), ("r-1", 0)] == [(each.request_id, each.index) for each in answers]
    assert [DONE, DONE] == [each.outcome for each in answers]
    assert ["", ""] == [each.error_reason for each in answers]


async def test_a_refusal_is_an_answer() -> None:
    """With the reason and the sentence that the same request would be refused with alone."""
    error = CollectionNotFound(collection_id="staff")
    answer = await Batch(raising(error), limit_s=10).answer(asks("a"))

    assert not answer.HasField("outcome")
    assert (error.reason, str(error)) == (answer.error_reason, answer.error_message)
    assert {"collection_id": "staff"} == answer.error_metadata


@pytest.mark.parametrize(
    "bug",
    [
        pytest.param(ValueError("/models/secret.onnx"), id="an exception"),
        pytest.param(asyncio.CancelledError("/models/secret.onnx"), id="a cancelled dependency"),
    ],
)
async def test_a_bug_is_an_answer(bug: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """Its text stays in our log, under the number that the caller is told."""
    answer = await Batch(raising(bug), limit_s=10).answer(asks("a"))

    assert "ERROR_REASON_INTERNAL" == answer.error_reason
    assert "secret" not in str(answer)
    [record] = caplog.records
    assert record.__dict__["incident"] == answer.error_metadata["incident"]


async def test_a_person_who_takes_too_long_is_an_answer() -> None:
    """A service that hangs costs the request, not the stream."""

    async def hangs(_: pb.EnrollPersonRequest) -> pb.EnrollPersonResponse:
        await asyncio.Event().wait()
        return DONE

    answer = await Batch(hangs, limit_s=0.01).answer(asks("a"))

    assert "ERROR_REASON_DEADLINE_EXCEEDED" == answer.error_reason


async def test_a_person_is_enrolled_by_one_request_at_a_time() -> None:
    """In the order of the stream, so that photos are compared with those before; others go on."""
    running: list[str] = []
    go = {request_id: asyncio.Event() for request_id in ("a-1", "a-2", "b-1")}

    async def enroll(request: pb.EnrollPersonRequest) -> pb.EnrollPersonResponse:
        running.append(request.request_id)
        await go[request.request_id].wait()
        return DONE

    batch = Batch(enroll, limit_s=10)
    requests = [asks("a", "a-1"), asks("a", "a-2"), asks("b", "b-1")]
    tasks = [asyncio.create_task(batch.answer(request)) for request in requests]
    await asyncio.sleep(0)
    at_first = list(running)
    go["a-1"].set()
    await tasks[0]
    go["a-2"].set()
    go["b-1"].set()
    await asyncio.gather(*tasks)

    assert ["a-1", "b-1"] == at_first
    assert ["a-1", "b-1", "a-2"] == running
