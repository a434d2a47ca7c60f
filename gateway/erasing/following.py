"""How a process learns of erasures that others have carried out."""

import logging
from collections.abc import Awaitable, Callable

from faces.errors import FaceError
from gateway.jobs.erasures import Erasure
from gateway.jobs.store import JobStore

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Between two looks at what others have erased."""


class Following:
    """Follows the store of jobs, from its first erasure on: at each start all are taken again."""

    def __init__(self, jobs: JobStore, take: Callable[[Erasure], Awaitable[None]]) -> None:
        """Follow.

        Args:
            jobs: The store.
            take: Erases here what was erased there, as often as it is told.
        """
        self._jobs = jobs
        self._take = take
        self._after = 0

    async def look(self) -> None:
        """Take what is new; what fails is tried again at the next look."""
        try:
            while told := await self._jobs.erasures(self._after):
                for each in told:
                    await self._take(each.erasure)
                    self._after = each.position
        except (FaceError, OSError) as error:
            log.warning("an erasure waits to be carried out here", extra={"why": str(error)})
