"""An index as a snapshot: what it learned, and each row's vector and first-stage code.

The codes are there because making them again takes 7 s a million. They tell much of a
vector, and are erased with it.
"""

from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from services.gallery.faiss.index import FaissIndex
from services.gallery.faiss.rows import Rows
from services.gallery.faiss.stage import read
from services.gallery.faiss.storage import Codes
from services.gallery.records import Collection, Keys
from services.gallery.snapshots import BlockFile, Folder, Manifest


def save(
    index: FaissIndex, collection: Collection, lock: AbstractContextManager[object], folder: Folder
) -> None:
    """Write a snapshot: see `FaissIndexes.save`."""
    rows, stage = index.rows, index.stage
    manifest = Manifest(
        collection=collection.key,
        created_us=collection.created_us,
        contract_id=collection.contract_id,
        dimension=collection.dimension,
        asked=index.asked.dump(),
        plan=index.plan.dump(),
        key_id=folder.sealer.key_id,
        rows=len(rows),
        code_bytes=rows.code_bytes + (stage.code_bytes if stage else 0),
        parts=(rows.learned, stage.learned) if stage else (rows.learned,),
    )

    def block(start: int, end: int) -> tuple[Keys, Codes, NDArray[np.bool_]]:
        with lock:
            one = slice(start, end)
            codes = [rows.codes[one]] + ([stage.codes(start, end)] if stage else [])
            return rows.keys[one].copy(), np.hstack(codes), rows.gone[one].copy()

    folder.save(manifest, block)


def belongs(manifest: Manifest, collection: Collection) -> bool:
    """Whether a snapshot is of this very collection."""
    return (
        (collection.key, manifest.created_us) == (manifest.collection, collection.created_us)
        and manifest.contract_id == collection.contract_id
        and manifest.dimension == collection.dimension
    )


def thawed(file: BlockFile) -> tuple[Rows, Codes]:
    """The rows of a snapshot, and the first stage's code of each.

    Raises:
        Unreadable: It is damaged.
        OSError: It cannot be read.
    """
    manifest = file.manifest
    rows = Rows(read(manifest.parts[0]))
    rows.reserve(manifest.rows)
    rest = np.empty((manifest.rows, manifest.code_bytes - rows.code_bytes), np.uint8)
    for keys, codes in file.read():
        end = len(rows) + len(keys)
        rest[len(rows) : end] = codes[:, rows.code_bytes :]
        rows.append(keys, codes[:, : rows.code_bytes])
    return rows, rest[: len(rows)]
