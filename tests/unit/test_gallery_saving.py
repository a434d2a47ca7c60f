"""Indexes are saved by whoever keeps no search waiting."""

import os
import threading
from contextlib import AbstractContextManager
from pathlib import Path

from typing_extensions import override

from services.gallery.exact import ExactIndexes
from services.gallery.index import Index
from services.gallery.records import Collection
from tests.galleries import unit_vectors
from tests.upkeeps import house, names


class Noted(ExactIndexes):
    """Notes how urgent the threads are that save."""

    def __init__(self) -> None:
        self.saved_by: list[int] = []

    @override
    def save(
        self, index: Index, collection: Collection, lock: AbstractContextManager[object]
    ) -> None:
        with lock:
            self.saved_by.append(priority())


def priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


async def test_whoever_takes_the_lock_is_as_urgent_as_a_search(tmp_path: Path) -> None:
    """A search that waits for the lock does not wait for a thread that gives way to others."""
    indexes = Noted()
    async with house(tmp_path / "db", indexes) as all_of_it:
        for start in range(0, 20_000, 4000):
            await all_of_it.enroll(names(4000, start), unit_vectors(4000))

    assert [priority()] == indexes.saved_by
