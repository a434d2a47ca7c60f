"""Measures ways of searching a collection, on that very collection."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from functools import partial
from weakref import ref

import numpy as np

from faces.errors import CollectionTooSmall, FaceError, ServiceUnavailable
from services.gallery import rules
from services.gallery.gallery import Gallery
from services.gallery.maintenance.steps import Step, Wish, Work, choice
from services.gallery.maintenance.trials import Measured, Trial, spoiled
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.rebuilding import PAGE, visible
from services.gallery.records import Keys
from services.gallery.shelf import Shelf
from services.gallery.upkeep import Upkeep

log = logging.getLogger(__name__)

LEAST = 1000
"""Templates below which there is nothing to choose."""

_KEPT_S = 60.0
"""How long a measurement that somebody left can be taken up again."""

_SAMPLE = 4096
"""Templates that probes are made of."""


class Tuner:
    """Builds one index after the other, aside, while searches go on."""

    def __init__(
        self, gallery: Gallery, projection: Projection, upkeep: Upkeep, *, kept_s: float = _KEPT_S
    ) -> None:
        self._gallery = gallery
        self._projection = projection
        self._upkeep = upkeep
        self._workshop = upkeep.workshop
        self._kept_s = kept_s
        self._left: Work | None = None
        self._forgetting: asyncio.TimerHandle | None = None

    async def tune(self, wish: Wish) -> AsyncGenerator[Step, None]:
        """Measure plans, the exact scan first; at last, name the chosen one again.

        Who stops iterating stops the measurement within seconds. Who comes back within a
        minute, as after a broken connection, gets its answers again, and it goes on.

        Raises:
            CollectionNotFound: There is none of that name.
            CollectionTooSmall: It has fewer than `LEAST` templates.
            ServiceUnavailable: It is being rebuilt after a fault.
        """
        shelf = self._projection.shelf(wish.collection_id)
        work = self._taken_up(shelf) or await self._begun(shelf)
        try:
            for step in work.steps():
                yield step
            while work.plans:
                if await self._tried(shelf, work):
                    yield work.steps()[-1]
            yield Step(await self._chosen(wish, work), work.count, work.count, chosen=True)
            work.finished = True
        finally:
            self._leave(work)

    def _taken_up(self, shelf: Shelf) -> Work | None:
        work = self._left
        self._forget()
        return work if work and work.shelf() is shelf else None

    def _leave(self, work: Work) -> None:
        """Keep a measurement, with its probes, for whoever comes back soon."""
        self._forget()
        if not work.finished:
            self._left = work
            loop = asyncio.get_running_loop()
            self._forgetting = loop.call_later(self._kept_s, self._forget)

    def _forget(self) -> None:
        self._left = None
        if self._forgetting:
            self._forgetting.cancel()

    async def _begun(self, shelf: Shelf) -> Work:
        keys = await asyncio.to_thread(visible, shelf)
        if len(keys) < LEAST:
            name = shelf.collection.collection_id
            raise CollectionTooSmall(collection_id=name, template_count=len(keys), needed=LEAST)
        trial = await self._trial(shelf, keys)
        return Work(ref(shelf), trial, int(keys[-1]), self._projection.indexes.plans(len(keys)))

    async def _trial(self, shelf: Shelf, keys: Keys) -> Trial:
        """Make probes, and find their true neighbours in the store."""
        stored, collection = self._workshop.stored, shelf.collection.key
        step = max(1, len(keys) // _SAMPLE)
        sample = [vectors for _, vectors in await stored(collection, keys[::step][:_SAMPLE])]
        if not sample:
            raise ServiceUnavailable(service="gallery")
        random = np.random.default_rng(collection)
        probes = await self._workshop.run(lambda: spoiled(np.concatenate(sample), random))
        trial = Trial(probes)
        for start in range(0, len(keys), PAGE):
            for batch in await stored(collection, keys[start : start + PAGE]):
                await self._workshop.run(partial(trial.see, *batch))
        return trial

    async def _tried(self, shelf: Shelf, work: Work) -> bool:
        """Measure the next plan; False if it is one that is known, or cannot be had."""
        plan, measured = work.plans[0], None
        try:
            measured = await self._measured(shelf, work, plan)
        except FaceError:
            raise
        except Exception:
            log.exception("a plan cannot be had", extra={"plan": plan.dump()})
        work.plans.pop(0)
        work.known += [measured] if measured else []
        return measured is not None

    async def _measured(self, shelf: Shelf, work: Work, plan: Plan) -> Measured | None:
        run = self._workshop.run
        aside = self._workshop.aside(shelf, plan, last=work.last)
        async with self._upkeep.turn, aside as successor:
            if self._projection.shelf(shelf.collection.collection_id) is not shelf:
                raise ServiceUnavailable(service="gallery")
            if successor.index.plan in [each.plan for each in work.known]:
                return None
            return await work.trial.measure(successor.index, run)

    async def _chosen(self, wish: Wish, work: Work) -> Measured:
        """What is best; if it is to be kept, what is kept: by the first of equal requests."""
        if not work.known:
            raise ServiceUnavailable(service="gallery")
        best, name = choice(work.known, wish.min_recall), wish.collection_id
        if not wish.write:
            return best
        planned = await self._gallery.write(
            wish.write, name, lambda tx: rules.plan(tx, name, best.plan)
        )
        return next((each for each in work.known if each.plan.dump() == planned.plan), best)
