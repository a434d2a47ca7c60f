"""Snapshots of indexes in tests: written, found by another process, and meddled with."""

import threading
from pathlib import Path
from typing import Any

import numpy as np

from services.gallery.faiss import FaissIndex, FaissIndexes
from services.gallery.plan import Plan
from services.gallery.snapshots import Folder
from tests.indexes import a_collection, faces

DIMENSION, COUNT = 64, 5000
TWO_STAGES = Plan(first_stage="PCAR32,PQ16x4fs", shortlist=100)
COLLECTION = a_collection(DIMENSION, key=7)
LOCK = threading.Lock()


def filled(indexes: FaissIndexes, plan: Plan = TWO_STAGES, count: int = COUNT) -> FaissIndex:
    """An index of `count` templates, keys 3, 6, 9, ..."""
    index = indexes.make(COLLECTION, plan, faces(2000))
    index.add(3 * np.arange(1, count + 1), faces(count))
    return index


def saved(folder: Path, plan: Plan = TWO_STAGES, count: int = COUNT) -> FaissIndex:
    """The same, with a snapshot."""
    indexes = FaissIndexes(snapshots=Folder(folder))
    index = filled(indexes, plan, count)
    indexes.save(index, COLLECTION, LOCK)
    return index


def opened(folder: Path, count: int = COUNT, **fields: Any) -> FaissIndex:
    """What another process finds."""
    collection = a_collection(DIMENSION, key=7, **fields)
    return FaissIndexes(snapshots=Folder(folder)).opened(collection, count)


def the_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path


class Meddling:
    """A lock that does something when it was taken for the nth time."""

    def __init__(self, nth: int, act: Any) -> None:
        self.left = nth
        self.act = act

    def __enter__(self) -> None:
        self.left -= 1

    def __exit__(self, *_: object) -> None:
        if not self.left:
            self.act()
