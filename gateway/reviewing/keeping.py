"""For how long items and their pictures are kept."""

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from faces.errors import StoreUnavailable
from gateway.config import Config
from gateway.enrolled import Enrolled
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews, open_reviews
from gateway.repeating import repeating
from gateway.retention import SWEEP_S, Kept, read_retention
from gateway.reviewing.pictures import Pictures
from gateway.reviewing.reviewing import Reviewing

log = logging.getLogger(__name__)

_ON_ITS_WAY = timedelta(hours=1)
"""More than any call takes from keeping pictures to keeping their item."""


def _now() -> datetime:
    return datetime.now(UTC)


class Keeping:
    """Removes what is older than it may be, and what a crash has left."""

    def __init__(
        self,
        reviews: Reviews,
        pictures: Pictures,
        reviewing: Reviewing,
        *,
        record_days: int,
        retention: Mapping[str, Kept] = MappingProxyType({}),
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Set the times.

        Args:
            reviews: Items.
            pictures: Their pictures.
            reviewing: Who erases those.
            record_days: For how long the decisions they came from are kept, and so the items;
                0 for ever.
            retention: For how long collections let pictures be kept, where they say.
            clock: Tells the time, in UTC.
        """
        self._reviews = reviews
        self._pictures = pictures
        self._reviewing = reviewing
        self._record_days = record_days
        self._retention = retention
        self._clock = clock

    async def tidy(self, until: datetime | None = None) -> None:
        """Remove pictures without an item: their decision was never told.

        Args:
            until: Passes over what was kept later: its item may be on its way. None only while
                no item is being opened.
        """
        for name in self._pictures.kept(until) - await self._reviews.ids():
            await self._pictures.erase(name)

    async def sweep(self) -> None:
        """Erase what is too old. What cannot be erased is tried again later."""
        try:
            await self.tidy(self._clock() - _ON_ITS_WAY)
            for item in await self._reviews.with_pictures_until(self._clock()):
                await self._reviewing.erase(item, "retention")
            for collection_id, kept in self._retention.items():
                if kept.review_days:
                    await self._erase_old(collection_id, kept.review_days)
            if self._record_days:
                await self._forget_before(self._clock() - timedelta(days=self._record_days))
        except StoreUnavailable as error:
            log.warning("old review items are not removed", extra={"why": str(error)})

    async def _erase_old(self, collection_id: str, days: int) -> None:
        limit = self._clock() - timedelta(days=days)
        for item in await self._reviews.with_pictures_of(collection_id, ""):
            if item.create_time < limit:
                await self._reviewing.erase(item, "retention")

    async def _forget_before(self, limit: datetime) -> None:
        for item in await self._reviews.older(limit):
            if item.pictures:
                await self._reviewing.erase(item, "retention")
            await self._reviews.remove(item.review_id)


@contextlib.asynccontextmanager
async def open_reviewing(
    config: Config, recorder: Recorder, enrolled: Enrolled
) -> AsyncIterator[tuple[Reviewing, Reviews, Pictures]]:
    """Keep review items while the block runs.

    Raises:
        ConfigError: Their folder or their database cannot be used.
    """
    pictures = Pictures(config.data)
    async with open_reviews(config.data) as reviews:
        reviewing = Reviewing(reviews, pictures, recorder, enrolled=enrolled)
        keeping = Keeping(
            reviews,
            pictures,
            reviewing,
            record_days=config.audit_days,
            retention=read_retention(config.retention),
        )
        await keeping.tidy()

        async with repeating("review retention", keeping.sweep, every_s=SWEEP_S):
            yield reviewing, reviews, pictures
