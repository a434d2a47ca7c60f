"""The one place that knows every holder of something of somebody, and erases it.

docs/security.md says who these are, and what stays. An order is written down before anything is
erased, and again and again carried out until it is done: each step may be done twice.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from faces.errors import CollectionNotFound, FaceError, PersonNotFound, RequestIdReused
from gateway.erasing.begun import Begun
from gateway.erasing.order import Order, Receipt
from gateway.erasing.port import Deleted, Deleting
from gateway.erasing.tracks import Tracks
from gateway.jobs.erasures import Erasure
from gateway.records.recorder import Recorder
from gateway.reviewing.reviewing import Reviewing
from meshkit.deadlines import limited

log = logging.getLogger(__name__)

_CLOCKS = timedelta(minutes=1)
"""By how much the clocks of gateways and workers may differ."""

_LIMIT_S = 60.0
"""Longest time of one attempt that nobody waits for."""


def _now() -> datetime:
    return datetime.now(UTC)


class Erasing:
    """Carries erasures out, each of them once at a time."""

    def __init__(
        self,
        begun: Begun,
        gallery: Deleting,
        tracks: Tracks,
        reviewing: Reviewing,
        recorder: Recorder,
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Gather who holds something.

        Args:
            begun: Where orders are written down.
            gallery: Keeps templates, labels and remembered answers.
            tracks: Tells everybody else, and workers, who hold what jobs have found.
            reviewing: Keeps review pictures.
            recorder: Puts receipts on record.
            clock: Tells the time, in UTC.
        """
        self._begun = begun
        self._gallery = gallery
        self._tracks = tracks
        self._reviewing = reviewing
        self._recorder = recorder
        self._clock = clock
        self._running: dict[str, asyncio.Task[Receipt]] = {}

    async def erase(self, order: Order) -> Receipt:
        """Erase somebody. Goes on whatever becomes of whoever asks.

        Raises:
            CollectionNotFound, PersonNotFound: There is nobody to erase.
            RequestIdReused: The request id came with another order before.
            FaceError: It is not done. If it may be soon, it is tried again without being asked.
        """
        return await asyncio.shield(self._once(order, again=False))

    async def finish(self) -> None:
        """Carry out what was begun and not done; what still cannot be is tried again."""
        try:
            waiting = await asyncio.to_thread(self._begun.waiting)
        except FaceError as error:
            log.warning("erasures that were begun cannot be read", extra={"why": str(error)})
            return
        for order in waiting:
            try:
                async with limited(_LIMIT_S, stage="erasure"):
                    await asyncio.shield(self._once(order, again=True))
            except FaceError as error:
                facts = {"receipt_id": order.receipt_id, "why": error.reason}
                log.warning("an erasure is not done yet", extra=facts)

    def _once(self, order: Order, *, again: bool) -> asyncio.Task[Receipt]:
        """The one task that carries an order out, for whoever waits for it."""
        key = f"{order.receipt_id} {order.collection_id} {order.person_id}"
        if key not in self._running:
            task = asyncio.create_task(self._run(order, again=again), name="erasure")
            self._running[key] = task
            task.add_done_callback(lambda done: self._ended(key, done))
        return self._running[key]

    def _ended(self, key: str, task: asyncio.Task[Receipt]) -> None:
        del self._running[key]
        if not task.cancelled():
            task.exception()  # whoever asked may be gone: then nobody else looks at it

    async def _run(self, order: Order, *, again: bool) -> Receipt:
        known = await asyncio.to_thread(self._begun.known, order.receipt_id)
        if known and not known[0].same(order):
            raise RequestIdReused(request_id=order.request_id)
        if known and known[1]:
            return known[1]
        await asyncio.to_thread(self._begun.add, order)
        try:
            deleted = await self._deleted(order, again=again)
        except FaceError as error:
            if not error.passes:
                await asyncio.to_thread(self._begun.drop, order.receipt_id)
            raise
        receipt = await self._elsewhere(order, deleted)
        await asyncio.to_thread(self._begun.done, receipt)
        return receipt

    async def _deleted(self, order: Order, *, again: bool) -> Deleted:
        try:
            return await self._gallery.delete(
                order.request_id, order.collection_id, order.person_id
            )
        except (CollectionNotFound, PersonNotFound):
            if not again:
                raise
            # Done before the crash, so long ago that the gallery has forgotten its answer.
            return Deleted(0, self._clock())

    async def _elsewhere(self, order: Order, deleted: Deleted) -> Receipt:
        """Erase what is not in the gallery, and put the receipt on record."""
        erasure = Erasure(
            erasure_id=order.receipt_id,
            collection_id=order.collection_id,
            person_id=order.person_id,
            until=max(deleted.time, self._clock()) + _CLOCKS,
        )
        position = await self._tracks.tell(erasure)
        reviews = await self._reviewing.forget(
            order.collection_id, order.person_id, until=erasure.until
        )
        receipt = Receipt(
            order=order,
            template_count=deleted.template_count,
            delete_time=deleted.time,
            review_count=reviews,
            track_count=await self._tracks.erased(erasure, position),
        )
        return receipt.held_by(await self._recorder.note("erasure", receipt.facts()))
