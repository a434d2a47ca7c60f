"""Cameras that play visits to a mesh, and what they are told of each."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from bench.scenes.recording import PAUSE, Visit, nobody
from client import AsyncSureface
from client.types import Frame, StreamUpdate
from faces.policy import Verdict

SCENE = "access_control"
COLLECTION = "scenes"


@dataclass(slots=True)
class Seen:
    """A visit as it was played."""

    visit: Visit
    begins_ms: int
    begins_s: float
    """When its first frame was sent, by `time.perf_counter`."""

    verdicts: list[Verdict] = field(default_factory=list)
    waited_s: list[float] = field(default_factory=list)
    """From its first frame to each of them."""


@dataclass(slots=True)
class Played:
    """What one camera came to."""

    frames: int = 0
    dropped: int = 0
    lost: int = 0
    seen: list[Seen] = field(default_factory=list)


async def play(
    client: AsyncSureface, camera_id: str, visits: Sequence[Visit], *, fps: float, until_s: float
) -> Played:
    """Play visits, over and over, until a moment by `time.perf_counter`.

    The last one is played to its end, so that nothing is still to be told of it.
    """
    played = Played()
    frames = _frames(played, visits, fps=fps, until_s=until_s)
    settings = {"scene": SCENE, "collection_id": COLLECTION, "camera_id": camera_id}
    async for update in client.identify_stream(frames, **settings):
        note(played, update)
    return played


async def fit_for(client: AsyncSureface, visits: Sequence[Visit]) -> list[Visit]:
    """Those whose first frame is good: times are counted from there."""
    found = []
    for visit in visits:
        answer = await client.identify(scene=SCENE, probe=visit.frames[0], collection_id=COLLECTION)
        if answer.decision.verdict is not Verdict.RECAPTURE:
            found.append(visit)
    return found


async def _frames(
    played: Played, visits: Sequence[Visit], *, fps: float, until_s: float
) -> AsyncIterator[Frame]:
    wall = nobody()
    began_s = time.perf_counter()
    for visit in itertools.cycle(visits):
        for number, picture in enumerate((*visit.frames, *[wall] * PAUSE)):
            due_s = began_s + played.frames / fps
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            moment_ms = round(played.frames / fps * 1000)
            if number == 0:
                played.seen.append(Seen(visit, moment_ms, time.perf_counter()))
            played.frames += 1
            yield Frame(picture, offset_ms=moment_ms)
        if time.perf_counter() > until_s:
            return


def note(played: Played, update: StreamUpdate) -> None:
    """Keep what was told: a verdict is about the visit that was before the camera."""
    played.dropped = update.dropped_frame_count
    played.lost = update.lost_frame_count
    decision = update.decision
    if decision is None or decision.verdict is Verdict.RECAPTURE:
        return
    seen = next(s for s in reversed(played.seen) if s.begins_ms <= update.offset_ms)
    seen.verdicts.append(decision.verdict)
    seen.waited_s.append(time.perf_counter() - seen.begins_s)
