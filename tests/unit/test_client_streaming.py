"""Both clients watch cameras, through one stream after another."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import pytest

from client import AsyncSureface, Sureface
from client.types import Box, Frame, StreamUpdate, TrackHint
from faces.errors import SceneUnknown, ServiceUnavailable
from faces.policy import Verdict
from sureface.access.v1 import access_pb2 as pb
from sureface.type.v1 import face_pb2
from tests.fake_gateway import FakeGateway
from tests.scripts import OPEN, Requests, away, in_turns, renewed, torn, until_the_end

CAMERA = {"scene": "access_control", "collection_id": "staff", "camera_id": "gate-7"}

Watch = Callable[[Iterable[Frame | bytes]], list[StreamUpdate]]


@pytest.fixture(name="watch", params=["blocking", "asyncio"])
def _watch(request: pytest.FixtureRequest, gateway: FakeGateway) -> Watch:
    def blocking(frames: Iterable[Frame | bytes]) -> list[StreamUpdate]:
        with Sureface(gateway.address) as mesh:
            return list(mesh.identify_stream(frames, **CAMERA))

    async def awaiting(frames: Iterable[Frame | bytes]) -> list[StreamUpdate]:
        async def shown() -> AsyncIterator[Frame | bytes]:
            waiting = iter(frames)
            while frame := await asyncio.to_thread(next, waiting, None):
                yield frame

        async with AsyncSureface(gateway.address) as mesh:
            return [update async for update in mesh.identify_stream(shown(), **CAMERA)]

    if request.param == "blocking":
        return blocking
    return lambda frames: asyncio.run(awaiting(frames))


def sent(gateway: FakeGateway) -> list[pb.Frame]:
    """Frames that arrived, of all streams."""
    return [request.frame for request in gateway.requests if request.HasField("frame")]


def test_settings_first_then_frames(watch: Watch, gateway: FakeGateway) -> None:
    """In order; a picture gets the moment at which it is taken, and time never stands still."""
    hint = TrackHint("w-1", Box(1, 2, 3, 4))

    watch([b"a", b"b", Frame(b"c", offset_ms=5000, tracks=(hint,)), Frame(b"d", offset_ms=5040)])

    assert pb.StreamSettings(**CAMERA) == gateway.requests[0].settings
    frames = sent(gateway)
    assert [b"a", b"b", b"c", b"d"] == [frame.image.data for frame in frames]
    assert 0 <= frames[0].offset_ms < frames[1].offset_ms < 5000
    assert [5000, 5040] == [frame.offset_ms for frame in frames[2:]]
    box = face_pb2.Box(x_min=1, y_min=2, x_max=3, y_max=4)
    assert [pb.TrackHint(track_id="w-1", box=box)] == list(frames[2].tracks)


def test_what_is_told_comes_as_values(watch: Watch) -> None:
    """First that the stream is open, then what becomes of each track."""
    first, told = watch([Frame(b"a", offset_ms=40)])

    assert ("", None, None) == (first.track_id, first.decision, first.face)
    assert told.decision
    assert told.candidate
    assert ("#1", Verdict.MATCH, "p-1", 40) == (
        told.track_id,
        told.decision.verdict,
        told.candidate.person_id,
        told.offset_ms,
    )


def test_frames_wait_until_the_stream_is_open(watch: Watch, gateway: FakeGateway) -> None:
    """So that they do not overtake a refusal of the settings."""
    seen = []

    def slow(requests: Requests) -> Iterator[Any]:
        next(requests)
        seen.append(len(gateway.requests))
        yield OPEN
        list(requests)

    gateway.answers["IdentifyStream"] = slow
    watch([b"a", b"b"])

    assert [1] == seen
    assert 3 == len(gateway.requests)


def test_a_refusal_is_raised(watch: Watch, gateway: FakeGateway) -> None:
    """What the caller has to change is not tried again."""
    gateway.answers["IdentifyStream"] = SceneUnknown(scene="access_control")

    with pytest.raises(SceneUnknown):
        watch([b"a"])


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(renewed, id="renewed"),
        pytest.param(away, id="away"),
        pytest.param(torn, id="torn"),
    ],
)
def test_goes_on_with_the_next_stream(
    watch: Watch, gateway: FakeGateway, first: Callable[[Requests], Iterator[Any]]
) -> None:
    """The camera notices nothing: its frames arrive once, in order, up to the last one."""
    second = threading.Event()

    def lasting(requests: Requests) -> Iterator[Any]:
        second.set()
        yield from until_the_end(requests)

    def live() -> Iterator[Frame]:
        for n in range(8):
            assert n < 2 or second.wait(10)
            yield Frame(b"%d" % n, offset_ms=n)

    gateway.answers["IdentifyStream"] = in_turns(first, lasting)

    updates = watch(live())

    arrived = [frame.offset_ms for frame in sent(gateway)]
    assert sorted(set(arrived)) == arrived
    assert 7 == arrived[-1] == updates[-1].offset_ms
    assert 2 == sum(request.HasField("settings") for request in gateway.requests)


def test_a_failure_after_the_last_frame_is_raised(watch: Watch, gateway: FakeGateway) -> None:
    """Verdicts that were due are missing: nobody takes silence for an answer."""

    def lost(requests: Requests) -> Iterator[Any]:
        next(requests)
        yield OPEN
        list(requests)
        yield ServiceUnavailable(service="gallery")

    gateway.answers["IdentifyStream"] = lost

    with pytest.raises(ServiceUnavailable):
        watch([b"a"])


def test_what_the_camera_raises_is_raised(watch: Watch) -> None:
    """After what was told of the frames before."""

    def unplugged() -> Iterator[bytes]:
        yield b"a"
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        watch(unplugged())


def test_who_has_seen_enough_leaves(gateway: FakeGateway) -> None:
    """The stream ends with the loop, however many frames there would be."""
    gone = threading.Event()

    def endless() -> Iterator[bytes]:
        while True:
            yield b"a"

    def script(requests: Requests) -> Iterator[Any]:
        try:
            yield from until_the_end(requests)
        finally:
            gone.set()

    gateway.answers["IdentifyStream"] = script
    with Sureface(gateway.address) as mesh:
        updates = mesh.identify_stream(endless(), **CAMERA)
        for update in updates:
            if update.track_id:
                break
        updates.close()  # type: ignore[attr-defined]  # it is a generator

    assert gone.wait(10)


async def test_who_has_seen_enough_leaves_with_asyncio(gateway: FakeGateway) -> None:
    """The same: nothing is left running."""
    waiting = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"a"
        waiting.set()
        await asyncio.Event().wait()

    gateway.answers["IdentifyStream"] = until_the_end
    async with AsyncSureface(gateway.address) as mesh:
        updates = mesh.identify_stream(endless(), **CAMERA)
        async for update in updates:
            if update.track_id:
                await waiting.wait()
                break
        await updates.aclose()  # type: ignore[attr-defined]  # it is a generator

    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert [] == [task for task in others if task.get_name() == "next frame"]
