"""A gallery's database of the crowd, built once and kept in `.cache/`."""

import asyncio
import hashlib
import shutil
import uuid
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from rich.progress import track
from typing_extensions import override

from bench.gallery.source import COLLECTION, CONTRACT, person_id
from bench.results import ROOT
from faces.embedding import Vectors
from meshkit.batcher import BatchLimits
from services.gallery import rules
from services.gallery.changes import Change
from services.gallery.plan import Plan
from services.gallery.rules import NewCollection, NewRecords
from services.gallery.sqlite import SqliteStore
from services.gallery.store import Follower, Request, Source, Store, Work

_BATCH = 4096


class Nobody(Follower):
    """Follows without minding."""

    @override
    def load(self, source: Source) -> None:
        pass

    @override
    def apply(self, position: int, changes: Sequence[Change], source: Source) -> None:
        pass


def database(templates: Vectors, name: str) -> Path:
    """The database of some templates, one person each; built if it is not there.

    Args:
        templates: Shape (n, d), unit length.
        name: Of its folder: other templates need another name.
    """
    path = ROOT / ".cache" / f"gallery-{name}" / "gallery.db"
    if path.exists():
        return path
    draft = path.with_suffix(".draft")
    for old in draft.parent.glob(f"{draft.name}*"):
        old.unlink()
    path.parent.mkdir(parents=True, exist_ok=True)

    async def write() -> None:
        async with _opened(draft) as store:
            await fill(store, templates)

    asyncio.run(write())
    draft.rename(path)
    return path


async def fill(store: Store, templates: Vectors) -> None:
    """Enrol one person for each template, shape (n, d), in a collection of a new store."""
    new = NewCollection(
        collection_id=COLLECTION, contract_id=CONTRACT, dimension=templates.shape[1]
    )
    await store.write(_request("CreateCollection"), partial(rules.create, new=new))
    for start in track(range(0, len(templates), _BATCH), "database"):
        vectors = templates[start : start + _BATCH]
        await store.write(_request("ImportTemplates"), _importing(start, vectors))


def copied(path: Path, folder: Path) -> Path:
    """A copy of a closed database and of its snapshots, in a folder of its own."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = folder / path.name
    shutil.copyfile(path, copy)
    if snapshots(path).exists():
        shutil.copytree(snapshots(path), snapshots(copy))
    return copy


def planned(path: Path, plan: Plan) -> None:
    """Have the collection of a database searched in a given way; its snapshots are removed."""
    shutil.rmtree(snapshots(path), ignore_errors=True)

    async def write() -> None:
        async with _opened(path) as store:
            work = partial(rules.plan, collection_id=COLLECTION, wanted=plan)
            await store.write(_request("PlanCollection"), work)

    asyncio.run(write())


def snapshots(path: Path) -> Path:
    """Where a gallery keeps copies of the indexes of a database."""
    return path.with_name(f"{path.name}.snapshots")


def _opened(path: Path) -> AbstractAsyncContextManager[Store]:
    limits = BatchLimits(max_batch=1, max_queued=1)
    return SqliteStore.opened(path, Nobody(), limits=limits, remember_h=1)


def _request(rpc: str) -> Request:
    request_id = str(uuid.uuid4())
    return Request(
        request_id=request_id, rpc=rpc, digest=hashlib.sha256(request_id.encode()).digest()
    )


def _importing(start: int, vectors: Vectors) -> Work:
    count = len(vectors)
    new = NewRecords(
        collection_id=COLLECTION,
        contract_id=CONTRACT,
        person_ids=[person_id(row) for row in range(start, start + count)],
        person_labels=[{}] * count,
        vectors=vectors,
        qualities=[1.0] * count,
        source_ids=[""] * count,
        captured_us=[None] * count,
        template_labels=[{}] * count,
    )
    return partial(rules.add_records, new=new)
