"""A folder of snapshots, which is told of every removal before that is answered.

What is erased is overwritten in its file; what is dropped is cut to nothing before its
name goes. Whether a disk or a file system keeps older copies of a block is beyond us.
"""

import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshkit.sealing import Sealer
from services.gallery.index import Saved
from services.gallery.records import Keys
from services.gallery.snapshots.blocks import BLOCK, BlockFile, Codes
from services.gallery.snapshots.draft import Draft
from services.gallery.snapshots.manifest import Manifest, Unreadable

log = logging.getLogger(__name__)

Block = tuple[Keys, Codes, NDArray[np.bool_]]
"""Copies of some rows: keys, codes, and which of them are removed."""

_KEY = re.compile("[0-9]+")

_SUFFIX, _DRAFT = ".snapshot", ".draft"

_SYNC_EVERY = 64
"""Blocks written between two waits for the disk, so that an erasure waits for few."""


class Folder:
    """May be used by several threads, but collections are saved one at a time."""

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        """Use a folder, made once it is needed; what a crash left half done is deleted.

        Args:
            path: Where it is.
            sealer: What seals the files. None writes them down as they are.
        """
        self.sealer = sealer or Sealer()
        self._path = path
        self._lock = threading.Lock()
        self._files: dict[int, BlockFile] = {}
        self._draft: Draft | None = None
        for file in path.glob(f"*{_DRAFT}"):
            _delete(file)

    def open(self, collection: int, fits: Callable[[Manifest], bool]) -> BlockFile | None:
        """Find the snapshot of a collection. One that does not fit is deleted.

        Args:
            collection: Its key.
            fits: Whether a snapshot of this manifest is of use.
        """
        try:
            file = BlockFile.open(self._named(collection), self.sealer)
        except FileNotFoundError:
            return None
        except (Unreadable, OSError) as error:
            self.discard(collection, str(error))
            return None
        if not fits(file.manifest):
            self.discard(collection, "it is of another collection, contract or plan")
            return None
        with self._lock:
            self._files[collection] = file
        return file

    def save(self, manifest: Manifest, block: Callable[[int, int], Block]) -> None:
        """Write a snapshot; the one before it holds until this one is complete.

        Args:
            manifest: What it is of.
            block: Copies rows from one number up to another. Called many times, while
                templates may be added and removed.

        Raises:
            OSError: It cannot be written.
        """
        self._path.mkdir(exist_ok=True)
        path = self._named(manifest.collection)
        file = BlockFile.create(path.with_suffix(_SUFFIX + _DRAFT), manifest, self.sealer)
        draft = Draft(file)
        with self._lock:
            self._draft = draft
        try:
            for start in range(0, manifest.rows, BLOCK):
                rows = block(start, min(start + BLOCK, manifest.rows))
                with self._lock:
                    if draft.cancelled:
                        return
                    draft.write(*rows)
                if draft.written % _SYNC_EVERY == 0:
                    draft.file.sync()
            with self._lock:
                if not draft.cancelled:
                    self._publish(draft, path)
        except FileNotFoundError:
            if not draft.cancelled:
                raise
        finally:
            with self._lock:
                self._draft = None
                _delete(draft.path)

    def erase(self, collection: int, keys: Keys) -> None:
        """Take templates off the disk, wherever they are; they are gone when this returns.

        Raises:
            OSError: They could neither be overwritten, nor could the snapshot be deleted.
        """
        with self._lock:
            draft, file = self._drafted(collection), self._files.get(collection)
            try:
                if draft:
                    draft.erase(keys)
                if file:
                    file.erase(keys, file.block_count)
                    return
            except (Unreadable, OSError) as error:
                log.warning("a snapshot is deleted, since nobody can be erased: %s", error)
                self._cancel(collection)
            self._drop(collection)

    def drop(self, collection: int) -> None:
        """Delete what there is of a collection.

        Raises:
            OSError: It cannot be deleted.
        """
        with self._lock:
            self._cancel(collection)
            self._drop(collection)

    def saved(self, collection: int) -> Saved | None:
        """What is on disk of a collection."""
        with self._lock:
            file = self._files.get(collection)
        try:
            return Saved(file.path.stat().st_mtime_ns // 1000, file.manifest.rows) if file else None
        except OSError:  # somebody else has taken it away
            return None

    def keep(self, collections: Iterable[int]) -> None:
        """Delete the snapshots of all collections but these.

        Raises:
            OSError: One cannot be deleted.
        """
        kept = set(collections)
        for file in self._path.glob(f"*{_SUFFIX}"):
            # Others are not ours: somebody's copies, perhaps.
            if _KEY.fullmatch(file.stem) and int(file.stem) not in kept:
                self.drop(int(file.stem))

    def discard(self, collection: int, why: str) -> None:
        """Delete a snapshot that is of no use, which only costs time. Never raises."""
        log.warning("the snapshot of collection %d is not used: %s", collection, why)
        try:
            self.drop(collection)
        except OSError:
            log.exception("a snapshot that is not used is still there")

    def _publish(self, draft: Draft, path: Path) -> None:
        draft.file.finish()
        draft.path.replace(path)
        draft.file.path = path
        _sync(self._path)
        self._files[draft.file.manifest.collection] = draft.file

    def _drafted(self, collection: int) -> Draft | None:
        draft = self._draft
        return draft if draft and draft.file.manifest.collection == collection else None

    def _cancel(self, collection: int) -> None:
        if draft := self._drafted(collection):
            draft.cancelled = True
            _delete(draft.path)

    def _drop(self, collection: int) -> None:
        self._files.pop(collection, None)
        _delete(self._named(collection))

    def _named(self, collection: int) -> Path:
        return self._path / f"{collection}{_SUFFIX}"


def _delete(path: Path) -> None:
    """Cut a file to nothing, then remove its name; nothing if it is not there."""
    try:
        os.truncate(path, 0)
        path.unlink()
    except FileNotFoundError:
        return
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
