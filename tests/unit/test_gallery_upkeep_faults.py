"""Whatever goes wrong with one index, the upkeep goes on, and looks after the others."""

import asyncio
import contextlib
import logging
import sqlite3
from pathlib import Path

import pytest
from typing_extensions import override

from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.answers import Planned
from services.gallery.exact import ExactIndexes
from services.gallery.faiss import FaissIndexes
from services.gallery.plan import Plan
from services.gallery.projection import Projection
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Transaction, Work
from tests.galleries import STAFF, unit_vectors
from tests.indexes import FP16
from tests.stores import fresh
from tests.upkeeps import StoppedClock, house, names

UNKNOWN = '{"storage": "fp16", "rerank": "a field of tomorrow"}'


def written(text: str) -> Work:
    """A plan, as whoever wrote to the same store has put it."""

    def plan(tx: Transaction) -> Planned:
        tx.plan_collection(rules.collection_of(tx, STAFF), text)
        return Planned(tx.position, text)

    return plan


async def test_a_plan_of_a_newer_version_means_that_of_the_size(tmp_path: Path) -> None:
    """Searched as if nobody had tuned it, now and after a restart; then tuned as ever."""
    path, indexes = tmp_path / "db", FaissIndexes()
    async with house(path, indexes, every_s=0.001) as all_of_it:
        await all_of_it.enroll(names(10), unit_vectors(10))
        await all_of_it.gallery.write(fresh("plan"), STAFF, written(UNKNOWN))
        await all_of_it.upkeep.compact(STAFF)
        plans = [all_of_it.shelf.index.asked]
        again, limits = Projection(indexes), BatchLimits()
        async with SqliteStore.opened(
            copied(path, tmp_path / "copy"), again, limits=limits, remember_h=1
        ):
            plans.append(again.shelf(STAFF).index.asked)
        await all_of_it.plan(FP16)
        async with asyncio.timeout(60):
            while all_of_it.shelf.index.plan != FP16:  # noqa: ASYNC110  # it is another thread's
                await asyncio.sleep(0.01)

    assert [indexes.plan(10)] * 2 == plans


def copied(path: Path, copy: Path) -> Path:
    """The store as a backup would have it."""
    with (
        contextlib.closing(sqlite3.connect(path)) as theirs,
        contextlib.closing(sqlite3.connect(copy)) as ours,
    ):
        theirs.backup(ours)
    return copy


class Undecided(ExactIndexes):
    """Nobody knows how to search, until somebody does."""

    lost = False

    @override
    def plan(self, count: int) -> Plan:
        if self.lost:
            raise MemoryError("no text of this may leave")
        return super().plan(count)

    @override
    def fits(self, plan: Plan, count: int) -> bool:
        if self.lost:
            raise MemoryError("no text of this may leave")
        return False


async def test_a_bug_does_not_end_the_upkeep(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and what is due later is done all the same."""
    indexes, clock = Undecided(), StoppedClock()
    indexes.lost = True
    async with house(tmp_path / "db", indexes, every_s=0.001, clock=clock) as all_of_it:
        async with asyncio.timeout(60):
            while not caplog.records:  # noqa: ASYNC110  # it is another task's
                await asyncio.sleep(0.01)
        first = all_of_it.shelf.index
        indexes.lost = False
        async with asyncio.timeout(60):
            while all_of_it.shelf.index is first:  # noqa: ASYNC110  # as above
                await asyncio.sleep(0.01)

    errors = {each.message for each in caplog.records if each.levelno >= logging.WARNING}
    assert {"an index could not be rebuilt"} == errors
