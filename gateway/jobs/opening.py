"""Which store jobs are kept in."""

import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gateway.jobs.sqlite import sqlite_jobs
from gateway.jobs.store import Adapter, JobStore


@contextlib.asynccontextmanager
async def open_jobs(
    file: Path, redis_url: str, redis_tls: Path | None = None
) -> AsyncIterator[JobStore]:
    """Open the store while the block runs.

    Args:
        file: Of SQLite; unless there is a URL.
        redis_url: Of a Redis that may be shared; empty for none.
        redis_tls: Folder of certificates to reach it with, if it is reached over TLS.

    Raises:
        ConfigError: It cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        if redis_url:
            # Whoever keeps jobs in a file need not have the client.
            from gateway.jobs.redis import redis_jobs  # noqa: PLC0415

            adapter: Adapter = stack.enter_context(redis_jobs(redis_url, tls=redis_tls))
        else:
            adapter = stack.enter_context(sqlite_jobs(file))
        thread = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="jobs"))
        yield JobStore(adapter, thread)
