"""People go when their collection does not let them be kept any longer."""

import contextlib
import logging
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from faces.errors import FaceError, PersonNotFound
from gateway.erasing.erasing import Erasing
from gateway.erasing.order import Order, Why, receipt_id_of
from gateway.erasing.port import Deleting
from gateway.retention import Kept

log = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Ageing:
    """Erases people as if somebody had asked for it, with a receipt on record each."""

    def __init__(
        self,
        erasing: Erasing,
        gallery: Deleting,
        retention: Mapping[str, Kept],
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._erasing = erasing
        self._gallery = gallery
        self._retention = retention
        self._clock = clock

    async def sweep(self) -> None:
        """Erase whoever was enrolled for too long. Who cannot be is tried again later."""
        for collection_id, kept in self._retention.items():
            if kept.person_days:
                try:
                    await self._erase(collection_id, kept.person_days)
                except FaceError as error:
                    facts = {"collection_id": collection_id, "why": error.reason}
                    log.warning("old people are not erased", extra=facts)

    async def _erase(self, collection_id: str, days: int) -> None:
        limit = self._clock() - timedelta(days=days)
        # All of them first: a list that shrinks while it is read skips some.
        for person_id in [each async for each in self._gallery.aged(collection_id, limit)]:
            request_id = str(uuid.uuid4())
            order = Order(
                receipt_id=receipt_id_of(request_id),
                request_id=request_id,
                collection_id=collection_id,
                person_id=person_id,
                why=Why.RETENTION,
            )
            with contextlib.suppress(PersonNotFound):  # another gateway was faster
                await self._erasing.erase(order)
