"""A tuning that somebody left is kept for a while, and keeps nothing alive meanwhile."""

import asyncio
import gc
import weakref
from pathlib import Path

import numpy as np

from services.gallery.exact import ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.maintenance.steps import Wish
from services.gallery.maintenance.trials import Trial
from services.gallery.maintenance.tuning import LEAST, Tuner
from tests.galleries import STAFF, unit_vectors
from tests.stores import dropping, fresh
from tests.upkeeps import House, house, names

WISH = Wish(collection_id=STAFF, min_recall=0.9, write=None)


async def left(tuner: Tuner) -> None:
    """Somebody asks, gets one answer, and leaves."""
    steps = tuner.tune(WISH)
    await anext(steps)
    await steps.aclose()


def tuner(all_of_it: House, kept_s: float) -> Tuner:
    return Tuner(all_of_it.gallery, all_of_it.projection, all_of_it.upkeep, kept_s=kept_s)


async def test_a_deleted_collection_leaves_memory_though_it_was_tuned(tmp_path: Path) -> None:
    """Nobody needs to ask for another tuning first."""
    async with house(tmp_path / "db", ExactIndexes()) as all_of_it:
        await all_of_it.enroll(names(LEAST), unit_vectors(LEAST))
        one = tuner(all_of_it, kept_s=3600)
        await left(one)
        shelf = weakref.ref(all_of_it.shelf)
        await all_of_it.gallery.write(fresh("drop"), STAFF, dropping())
        async with asyncio.timeout(60):
            while shelf():  # noqa: ASYNC110  # threads let go of it
                await asyncio.sleep(0.01)

    assert None is shelf()


async def test_what_was_measured_is_kept_for_a_while_only(tmp_path: Path) -> None:
    """Probes are made of templates: they go, whether anybody asks again or not."""
    async with house(tmp_path / "db", FaissIndexes()) as all_of_it:
        await all_of_it.enroll(names(LEAST), unit_vectors(LEAST))
        one = tuner(all_of_it, kept_s=0.01)
        await left(one)
        async with asyncio.timeout(60):
            while trials():  # noqa: ASYNC110  # a timer of the loop lets go of it
                await asyncio.sleep(0.01)

    assert [] == trials()


def trials() -> list[Trial]:
    """Those that are in memory."""
    gc.collect()
    return [each for each in gc.get_objects() if type(each) is Trial]


def test_recall_is_counted_over_what_an_index_holds() -> None:
    """Keys may be sparse, as those of Redis are."""
    vectors = unit_vectors(100, 16)
    keys = 1_700_000_000_000_000 + 977 * np.arange(100)
    trial = Trial(vectors)
    trial.see(keys, vectors)
    order = np.argsort(-(vectors @ vectors.T), axis=1)

    assert (1.0, 1.0) == trial.recalls(keys[order[:, :10]], keys)
    assert (0.0, 0.9) == trial.recalls(keys[order[:, 1:11]], keys)
    without = np.delete(keys, order[0, 0])
    assert (1.0, 1.0) == trial.recalls(keys[order[:1, 1:11]], without)
