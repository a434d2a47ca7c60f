"""Erasing in a gateway: what is asked for, what was begun, what others did, what is too old."""

import contextlib
from collections.abc import AsyncIterator

from gateway.config import Config
from gateway.erasing.ageing import Ageing
from gateway.erasing.begun import Begun
from gateway.erasing.erasing import Erasing
from gateway.erasing.following import LOOK_S, Following
from gateway.erasing.port import Deleting
from gateway.erasing.tracks import Tracks
from gateway.jobs.erasures import Erasure
from gateway.jobs.store import JobStore
from gateway.records.recorder import Recorder
from gateway.repeating import repeating
from gateway.retention import SWEEP_S, read_retention
from gateway.reviewing.reviewing import Reviewing


@contextlib.asynccontextmanager
async def open_erasing(
    config: Config, gallery: Deleting, jobs: JobStore, reviewing: Reviewing, recorder: Recorder
) -> AsyncIterator[Erasing]:
    """Erase while the block runs.

    Raises:
        ConfigError: What was begun cannot be kept, or retention is not as it must be.
    """
    retention = read_retention(config.retention)
    tracks = Tracks(jobs, config.output)
    erasing = Erasing(Begun(config.data), gallery, tracks, reviewing, recorder)

    async def take(erasure: Erasure) -> None:
        await reviewing.forget(erasure.collection_id, erasure.person_id, until=erasure.until)

    async with contextlib.AsyncExitStack() as stack:
        for name, work, every_s in (
            ("erasures that were begun", erasing.finish, LOOK_S),
            ("erasures of others", Following(jobs, take).look, LOOK_S),
            ("retention of people", Ageing(erasing, gallery, retention).sweep, SWEEP_S),
        ):
            await stack.enter_async_context(repeating(name, work, every_s=every_s))
        yield erasing
