"""How much work waits for workers. The gateway tells it: it is there when no worker is."""

import logging
import math
from contextlib import AbstractAsyncContextManager

from faces.errors import FaceError
from gateway.jobs.metrics import WAITING
from gateway.jobs.store import JobStore
from gateway.repeating import repeating

log = logging.getLogger(__name__)

_LOOK_S = 5.0
"""Between two looks at the store: nobody who scrapes waits for it."""

_UNHEARD_S = 120.0
"""A worker that was not heard of for so long has lost its task. The gateway does not know
`WORKER_LEASE_S`: of leases up to six minutes, it hears within this time."""


class Waiting:
    """Counts what waits in a store, each time that it is told to look."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._known = True
        WAITING.set(math.nan)

    async def look(self) -> None:
        """Count. If that fails, the number is unknown: the last one may be wrong by now."""
        count = math.nan
        try:
            count = await self._jobs.waiting(_UNHEARD_S)
            self._known = True
        except FaceError as error:
            if self._known:
                log.warning("it is unknown how many tasks wait: %s", error.reason)
            self._known = False
        finally:
            WAITING.set(count)


def telling(jobs: JobStore) -> AbstractAsyncContextManager[None]:
    """Tell how many tasks wait, while the block runs."""
    return repeating("count of tasks", Waiting(jobs).look, every_s=_LOOK_S)
