"""Cameras for tests of streams: frames one after the other, each once the one before is judged."""

from collections.abc import AsyncIterator, Iterable

from prometheus_client import REGISTRY

from faces.policy import Policy, PolicyTable
from faces.tracking import Hints
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Policies, Recorder
from gateway.reviewing.reviewing import Reviewing
from gateway.streaming.frames import Frame, Settings
from gateway.streaming.streams import Streams
from gateway.streaming.watch import Answer, Limits
from tests.fakes import until
from tests.reviewing import nobody
from tests.stage import Stage
from tests.unit.door import POLICY

SETTINGS = Settings(scene="door", collection_id="staff", camera_id="gate-7")


def door(
    stage: Stage,
    log: DecisionLog,
    policy: Policy = POLICY,
    *,
    limits: Limits | None = None,
    policies: Policies | None = None,
    reviewing: Reviewing | None = None,
) -> Streams:
    """A door on a stage."""
    return Streams(
        recorder=Recorder(policies or PolicyTable([policy]), log),
        pipeline=Pipeline(stage, Enhancing(stage)),
        gallery=stage,
        reviewing=reviewing or nobody(),
        limits=limits,
    )


def frames(
    *pictures: bytes, every_ms: int = 200, hints: Iterable[Hints] | None = None
) -> list[Frame]:
    """Pictures at a steady pace, from 0 on."""
    meant = list(hints or [{} for _ in pictures])
    return [
        Frame(image=picture, offset_ms=number * every_ms, hints=meant[number])
        for number, picture in enumerate(pictures)
    ]


def counted(*outcomes: str) -> float:
    """Frames that came to one of these ends, of all streams of this process."""
    name = "gateway_stream_frames_total"
    return sum(REGISTRY.get_sample_value(name, {"outcome": each}) or 0 for each in outcomes)


async def one_by_one(shown: Iterable[Frame]) -> AsyncIterator[Frame]:
    """Frames, none of which is dropped."""
    before = counted("judged", "lost")
    for number, frame in enumerate(shown, 1):
        yield frame
        await until(lambda: counted("judged", "lost") - before >= number)  # noqa: B023  # awaited here


async def watched(
    streams: Streams, shown: AsyncIterator[Frame], settings: Settings = SETTINGS
) -> list[Answer]:
    """Everything that is told of a stream once it is open."""
    answers = streams.watch(settings, shown)
    assert Answer(told=None, dropped=0, lost=0, lost_reason="") == await anext(answers)
    return [answer async for answer in answers]


async def told_of(streams: Streams, shown: Iterable[Frame]) -> list[Answer]:
    """Everything that is told of frames that are shown one by one."""
    return await watched(streams, one_by_one(shown))
