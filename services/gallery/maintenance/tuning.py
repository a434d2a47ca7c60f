"""Measures ways of searching a collection, on that very collection."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from faces.errors import CollectionTooSmall, FaceError, ServiceUnavailable
from services.gallery import rules
from services.gallery.gallery import Gallery
from services.gallery.maintenance.trials import Measured, Trial, spoiled
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.rebuilding import PAGE, visible
from services.gallery.records import Keys
from services.gallery.shelf import Shelf
from services.gallery.store import Request
from services.gallery.upkeep import Upkeep

log = logging.getLogger(__name__)

LEAST = 1000
"""Templates below which there is nothing to choose."""

_RECALL_AT_1 = 0.999
"""What a plan must reach to be chosen, whatever else is asked."""

_SAMPLE = 4096
"""Templates that probes are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of a tuning."""

    collection_id: str
    min_recall: float
    """Least recall@10 of the plan to choose. Range (0, 1]."""

    write: Request | None
    """With what to store the plan; None only measures."""


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of a tuning."""

    measured: Measured
    number: int
    of: int
    chosen: bool = False
    """True in the last one, which repeats the plan that was chosen."""


class Tuner:
    """Builds one index after the other, aside, while searches go on."""

    def __init__(self, gallery: Gallery, projection: Projection, upkeep: Upkeep) -> None:
        self._gallery = gallery
        self._projection = projection
        self._upkeep = upkeep
        self._workshop = upkeep.workshop

    async def tune(self, wish: Wish) -> AsyncIterator[Step]:
        """Measure plans, the exact scan first; at last, name the chosen one again.

        Who stops iterating stops the measurement within seconds.

        Raises:
            CollectionNotFound: There is none of that name.
            CollectionTooSmall: It has fewer than `LEAST` templates.
            ServiceUnavailable: It is being rebuilt after a fault.
        """
        shelf = self._projection.shelf(wish.collection_id)
        keys = await asyncio.to_thread(visible, shelf)
        if len(keys) < LEAST:
            raise CollectionTooSmall(
                collection_id=wish.collection_id, template_count=len(keys), needed=LEAST
            )
        trial = await self._trial(shelf, keys)
        plans, known = self._projection.indexes.plans(len(keys)), list[Measured]()
        for place, plan in enumerate(plans):
            measured = await self._tried(shelf, plan, trial, known, last=int(keys[-1]))
            if measured:
                known.append(measured)
                yield Step(measured, len(known), len(plans) - place - 1 + len(known))
        if not known:
            raise ServiceUnavailable(service="gallery")
        best = choice(known, wish.min_recall)
        if wish.write:
            best = await self._stored(wish.collection_id, wish.write, best, known)
        yield Step(best, len(known), len(known), chosen=True)

    async def _trial(self, shelf: Shelf, keys: Keys) -> Trial:
        """Make probes, and find their true neighbours in the store."""
        stored, collection = self._workshop.stored, shelf.collection.key
        step = max(1, len(keys) // _SAMPLE)
        sample = [vectors for _, vectors in await stored(collection, keys[::step][:_SAMPLE])]
        if not sample:
            raise ServiceUnavailable(service="gallery")
        probes = spoiled(np.concatenate(sample), np.random.default_rng(collection))
        trial = Trial(probes)
        for start in range(0, len(keys), PAGE):
            for batch in await stored(collection, keys[start : start + PAGE]):
                await self._workshop.run(partial(trial.see, *batch))
        return trial

    async def _tried(
        self, shelf: Shelf, plan: Plan, trial: Trial, known: Sequence[Measured], *, last: int
    ) -> Measured | None:
        """As `_measured`; None, too, if there is no way to have such an index."""
        try:
            return await self._measured(shelf, plan, trial, known, last=last)
        except FaceError:
            raise
        except Exception:
            log.exception("a plan cannot be had", extra={"plan": plan.dump()})
            return None

    async def _measured(
        self, shelf: Shelf, plan: Plan, trial: Trial, known: Sequence[Measured], *, last: int
    ) -> Measured | None:
        """Measure a plan; None if these vectors make it the same as one that is known."""
        async with self._upkeep.turn, self._workshop.aside(shelf, plan, last=last) as successor:
            if self._projection.shelf(shelf.collection.collection_id) is not shelf:
                raise ServiceUnavailable(service="gallery")
            if successor.index.plan in [each.plan for each in known]:
                return None
            return await trial.measure(successor.index, self._workshop.run)

    async def _stored(
        self, collection_id: str, write: Request, best: Measured, known: Sequence[Measured]
    ) -> Measured:
        """Keep a plan with the collection; the one that is kept by a repeated request."""
        planned = await self._gallery.write(
            write, collection_id, lambda tx: rules.plan(tx, collection_id, best.plan)
        )
        return next((each for each in known if each.plan.dump() == planned.plan), best)


def choice(known: Sequence[Measured], min_recall: float) -> Measured:
    """The fastest plan that misses next to nobody; the exact scan if all others do."""
    good = [
        each
        for each in known
        if each.recall_at_1 >= _RECALL_AT_1 and each.recall_at_10 >= min_recall
    ]
    return min(good, key=lambda each: each.latency_ms, default=known[0])
