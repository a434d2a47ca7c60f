"""Which calls leave an entry, and what it says of how they ended."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from faces.errors import DeadlineExceeded, FaceError, PersonNotFound
from faces.policy import PolicyTable
from gateway.records.accesses import Accesses
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from meshkit.deadlines import limited
from meshkit.telemetry.spans import entered
from sureface.enrollment.v1 import enrollment_pb2 as pb
from tests.accesses import BY_NAME
from tests.records import kept
from tests.unit.door import POLICY

REQUEST = pb.GetPersonRequest(collection_id="staff", person_id="p-1")
ANSWER = pb.GetPersonResponse()

Work = Callable[[Recorder], Awaitable[Any]]


class Sent:
    """A context that keeps what a stream sends."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def write(self, message: Any) -> None:
        self.messages.append(message)


class House:
    """A recorder, and calls that are put on record by it."""

    def __init__(self, folder: Path, recorder: Recorder) -> None:
        self._folder = folder
        self._recorder = recorder

    async def answer(self, work: Work, *, name: str = "GetPerson") -> Any:
        """Answer a call by some work."""

        async def call(_: Any, __: Any) -> Any:
            return await work(self._recorder)

        made: Any = Accesses(self._recorder).wrap(call, BY_NAME[name], streams=False)
        return await made(REQUEST, Sent())

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What is on record: its kind, and how it ended."""
        return [(each["kind"], each.get("outcome", "")) for each in kept(self._folder)]


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[House]:
    with DecisionLog(tmp_path) as log:
        yield House(tmp_path, Recorder(PolicyTable([POLICY]), log))


async def silent(_: Recorder) -> pb.GetPersonResponse:
    return ANSWER


async def noting(recorder: Recorder) -> pb.GetPersonResponse:
    """Leave a record, in a task of its own."""
    await asyncio.create_task(recorder.note("erasure", {}))
    return ANSWER


async def test_a_call_that_leaves_a_record_leaves_no_other(house: House) -> None:
    """Wherever within the call that was; the next one begins anew."""
    for work in (noting, silent, noting):
        assert await house.answer(work) is ANSWER

    assert [("erasure", ""), ("access", "OK"), ("erasure", "")] == house.kinds


async def test_a_call_without_biometric_data_leaves_none(house: House) -> None:
    """It is not even wrapped."""
    assert await house.answer(silent, name="ListPolicies") is ANSWER

    assert [] == house.kinds


async def missing(_: Recorder) -> None:
    raise PersonNotFound(collection_id="staff", person_id="p-1")


async def noting_then_missing(recorder: Recorder) -> None:
    await noting(recorder)
    await missing(recorder)


async def wrong(_: Recorder) -> None:
    raise ZeroDivisionError


async def waiting(_: Recorder) -> None:
    await asyncio.get_running_loop().create_future()


@pytest.mark.parametrize(
    ("work", "failure", "left"),
    [
        pytest.param(missing, FaceError, [("access", "NOT_FOUND")], id="refused"),
        pytest.param(
            noting_then_missing,
            FaceError,
            [("erasure", ""), ("access", "NOT_FOUND")],
            id="refused in the end",
        ),
        pytest.param(wrong, ZeroDivisionError, [("access", "INTERNAL")], id="a bug"),
        pytest.param(waiting, DeadlineExceeded, [("access", "DEADLINE_EXCEEDED")], id="late"),
    ],
)
async def test_a_call_that_fails_leaves_how(
    house: House, work: Work, failure: type[Exception], left: list[tuple[str, str]]
) -> None:
    """And fails as it would have."""
    with pytest.raises(failure):
        async with limited(60 if work is not waiting else 0.05, stage="GetPerson"):
            await house.answer(work)

    assert left == house.kinds


async def test_a_call_whose_caller_leaves_is_on_record(house: House) -> None:
    """It was cut, by nobody knows whom."""
    call = asyncio.create_task(house.answer(waiting))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    assert [("access", "CANCELLED")] == house.kinds


async def test_an_entry_names_its_trace(house: House, tmp_path: Path) -> None:
    """Where there is one, as logs do."""
    context = SimpleNamespace(trace_id=0xABC, span_id=0xDEF)
    span: Any = SimpleNamespace(get_span_context=lambda: context)
    with entered(span):
        await house.answer(silent)
    await house.answer(silent)

    assert [f"{0xABC:032x}", ""] == [each["trace_id"] for each in kept(tmp_path)]
