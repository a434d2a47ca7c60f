"""The worker's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from gateway.backends.connecting import connected
from gateway.calibrations.history import History
from gateway.calibrations.loaded import loaded
from gateway.erasing.following import LOOK_S, Following
from gateway.jobs.opening import open_jobs
from gateway.records.log import open_log
from gateway.repeating import repeating
from gateway.retention import SWEEP_S, read_retention
from gateway.worker.closing import Closing
from gateway.worker.config import Config
from gateway.worker.erasing import Erasing
from gateway.worker.parts import Parts
from gateway.worker.reading import Reader
from gateway.worker.working import Working, at_work
from meshkit.server import serving


@contextlib.asynccontextmanager
async def open_app(config: Config) -> AsyncIterator[int]:
    """Connect to the mesh, do jobs until the block ends, yield the port of health checks."""
    assert config.media  # noqa: S101  # the configuration requires it
    retention = read_retention(config.retention)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(config))
        store = await stack.enter_async_context(
            open_jobs(config.jobs_file, config.jobs_redis, config.jobs_redis_tls)
        )
        reader = stack.enter_context(Reader(config.media))
        calibrations = await stack.enter_async_context(
            loaded(config.calibrations, History(config.data), look_s=config.policies_look_s)
        )
        mesh = await stack.enter_async_context(connected(config))
        patience_s = config.call_patience_s
        parts = Parts(mesh.pipeline, reader, at_once=config.frames_at_once, patience_s=patience_s)
        erasing = Erasing(store, mesh.gallery, log, output=config.output)
        closing = Closing(
            store,
            mesh.gallery,
            calibrations,
            log,
            reader,
            erasing=erasing,
            output=config.output,
            patience_s=patience_s,
        )
        port = await stack.enter_async_context(serving({}, config))
        await stack.enter_async_context(at_work(Working(store, parts, closing, reader, config)))
        look, sweep = Following(store, erasing.take).look, partial(erasing.sweep, retention)
        await stack.enter_async_context(repeating("erasure", look, every_s=LOOK_S))
        await stack.enter_async_context(repeating("retention", sweep, every_s=SWEEP_S))
        yield port
