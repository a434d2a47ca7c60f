"""Both clients enrol many people, through one stream after another."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import pytest

from client import AsyncSureface, Sureface
from client.streaming.unanswered import AHEAD
from client.types import BatchOutcome, Enrollee, Photo
from faces.errors import (
    CollectionNotFound,
    FaceError,
    ImageBytes,
    Internal,
    QueueFull,
    ServiceUnavailable,
)
from sureface.enrollment.v1 import enrollment_pb2 as pb
from tests.answers import enrolled, enrolled_in_turn
from tests.fake_gateway import FakeGateway
from tests.scripts import in_turns

STAFF = {"scene": "access_control", "collection_id": "staff"}

Requests = Iterator[pb.BatchEnrollRequest]
Enroll = Callable[[Iterable[Enrollee]], list[BatchOutcome]]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next attempt comes at once."""
    monkeypatch.setattr("client.bulk.patience._PAUSE_S", 0.01)


@pytest.fixture(name="enroll", params=["blocking", "asyncio"])
def _enroll(request: pytest.FixtureRequest, gateway: FakeGateway) -> Enroll:
    def blocking(people: Iterable[Enrollee]) -> list[BatchOutcome]:
        with Sureface(gateway.address) as mesh:
            return list(mesh.batch_enroll(people, **STAFF))

    async def awaiting(people: Iterable[Enrollee]) -> list[BatchOutcome]:
        async def coming() -> AsyncIterator[Enrollee]:
            for person in people:
                yield person

        async with AsyncSureface(gateway.address) as mesh:
            return [outcome async for outcome in mesh.batch_enroll(coming(), **STAFF)]

    if request.param == "blocking":
        return blocking
    return lambda people: asyncio.run(awaiting(people))


def crowd(count: int) -> list[Enrollee]:
    """So many people with a photo each."""
    return [Enrollee(person_id=f"p{n}", photos=[Photo(b"%d" % n)]) for n in range(count)]


def done(request: pb.BatchEnrollRequest) -> pb.BatchEnrollResponse:
    """What the gateway answers about somebody it enrolled."""
    return pb.BatchEnrollResponse(
        request_id=request.person.request_id, outcome=enrolled(request.person)
    )


def refused(request: pb.BatchEnrollRequest, error: FaceError) -> pb.BatchEnrollResponse:
    """What it answers about somebody it did not."""
    return pb.BatchEnrollResponse(
        request_id=request.person.request_id,
        error_reason=error.reason,
        error_message=str(error),
        error_metadata=error.metadata,
    )


def test_everybody_is_enrolled(enroll: Enroll, gateway: FakeGateway) -> None:
    """More people than fit at once, each with what `enroll_person` sends of one."""
    people = crowd(3 * AHEAD)
    people[1] = Enrollee(
        person_id="ann", photos=[Photo(b"1", "a.jpg"), Photo(b"2")], labels={"door": "east"}
    )

    outcomes = enroll(people)

    assert people == [outcome.enrollee for outcome in outcomes]
    assert {None} == {outcome.error for outcome in outcomes}
    assert [2] == [len(o.enrollment.outcomes) for o in outcomes[1:2] if o.enrollment]
    sent = gateway.requests[1].person
    assert ("access_control", "staff", "ann") == (sent.scene, sent.collection_id, sent.person_id)
    assert [(b"1", "a.jpg"), (b"2", "")] == [(p.image.data, p.source_id) for p in sent.photos]
    assert {"door": "east"} == sent.labels
    assert len(people) == len({request.person.request_id for request in gateway.requests})


def test_nobody_is_taken_before_there_is_room(enroll: Enroll, gateway: FakeGateway) -> None:
    """However many people there would be: the others wait with whoever has them."""
    taken = []

    def coming() -> Iterator[Enrollee]:
        for person in crowd(3 * AHEAD):
            taken.append(person)
            yield person

    def slow(requests: Requests) -> Iterator[Any]:
        first = [next(requests) for _ in range(AHEAD)]
        counts.append(len(taken))
        yield from map(done, first)
        yield from map(done, requests)

    counts: list[int] = []
    gateway.answers["BatchEnroll"] = slow

    assert 3 * AHEAD == len(enroll(coming()))
    assert counts[0] <= AHEAD + 1


def test_answers_come_in_any_order(enroll: Enroll, gateway: FakeGateway) -> None:
    """Each with the person whom it is about."""

    def backwards(requests: Requests) -> Iterator[Any]:
        yield from map(done, [next(requests) for _ in range(3)][::-1])
        assert [] == list(requests)

    gateway.answers["BatchEnroll"] = backwards

    outcomes = enroll(crowd(3))
    assert ["p2", "p1", "p0"] == [outcome.enrollee.person_id for outcome in outcomes]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(CollectionNotFound(collection_id="staff"), id="a reason"),
        pytest.param(Internal(incident="ab12"), id="a bug"),
    ],
)
def test_a_refusal_is_an_outcome(enroll: Enroll, gateway: FakeGateway, error: FaceError) -> None:
    """Of that person; the others go on."""

    def script(requests: Requests) -> Iterator[Any]:
        yield refused(next(requests), error)
        yield from map(done, requests)

    gateway.answers["BatchEnroll"] = script

    first, second = enroll(crowd(2))
    assert (type(error), str(error)) == (type(first.error), str(first.error))
    assert first.enrollment is None
    assert second.enrollment


def test_a_reason_of_a_newer_gateway_is_an_outcome(enroll: Enroll, gateway: FakeGateway) -> None:
    """It is told by its name."""

    def script(requests: Requests) -> Iterator[Any]:
        for request in requests:
            yield pb.BatchEnrollResponse(
                request_id=request.person.request_id, error_reason="ERROR_REASON_NEW"
            )

    gateway.answers["BatchEnroll"] = script

    [outcome] = enroll(crowd(1))
    assert isinstance(outcome.error, Internal)
    assert "ERROR_REASON_NEW" in str(outcome.error)


def test_a_picture_that_is_too_large_is_an_outcome(enroll: Enroll, gateway: FakeGateway) -> None:
    """It is not sent, and the others are."""
    huge = Enrollee(person_id="huge", photos=[Photo(bytes(20 * 2**20 + 1))])

    first, second = enroll([huge, *crowd(1)])
    assert isinstance(first.error, ImageBytes)
    assert second.enrollment
    assert ["p0"] == [request.person.person_id for request in gateway.requests]


def torn(requests: Requests) -> Iterator[Any]:
    """A stream that breaks after one of three answers."""
    first, *_ = [next(requests) for _ in range(3)]
    yield done(first)
    yield ServiceUnavailable(service="gateway")


def renewed(requests: Requests) -> Iterator[Any]:
    """A stream that the gateway ends after one of three answers."""
    first, *_ = [next(requests) for _ in range(3)]
    yield done(first)


@pytest.mark.parametrize("first", [torn, renewed])
def test_what_was_not_answered_is_sent_again(
    enroll: Enroll, gateway: FakeGateway, first: Callable[[Requests], Iterator[Any]]
) -> None:
    """The same bytes, in the same order; what was answered is not."""
    gateway.answers["BatchEnroll"] = in_turns(first, enrolled_in_turn)

    outcomes = enroll(crowd(5))

    assert ["p0", "p1", "p2", "p3", "p4"] == [o.enrollee.person_id for o in outcomes]
    people = [request.person.person_id for request in gateway.requests]
    assert ["p1", "p2", "p3", "p4"] == people[-4:]
    assert 5 == len({request.SerializeToString() for request in gateway.requests})


def test_whoever_met_a_busy_mesh_is_sent_again(enroll: Enroll, gateway: FakeGateway) -> None:
    """In the same stream, where the others went on."""
    streams = []

    def busy(requests: Requests) -> Iterator[Any]:
        streams.append(1)
        yield refused(next(requests), QueueFull(queue="crops", limit=1))
        yield from map(done, requests)

    gateway.answers["BatchEnroll"] = busy

    outcomes = enroll(crowd(2))
    assert ["p1", "p0"] == [outcome.enrollee.person_id for outcome in outcomes]
    assert {None} == {outcome.error for outcome in outcomes}
    assert [1] == streams


def test_a_gateway_that_stays_away_is_raised(
    enroll: Enroll, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once patience has run out."""
    monkeypatch.setattr("client.bulk.patience._PATIENCE_S", 0.05)
    gateway.answers["BatchEnroll"] = ServiceUnavailable(service="gateway")

    with pytest.raises(ServiceUnavailable):
        enroll(crowd(1))


def test_what_the_people_raise_is_raised(enroll: Enroll) -> None:
    """Nobody takes a list that broke off for one that ended."""

    def unreadable() -> Iterator[Enrollee]:
        yield from crowd(1)
        raise ServiceUnavailable(service="somebody else")

    with pytest.raises(ServiceUnavailable, match="somebody else"):
        enroll(unreadable())


def test_nobody_is_no_failure(enroll: Enroll) -> None:
    """An empty list comes to nothing."""
    assert [] == enroll([])
