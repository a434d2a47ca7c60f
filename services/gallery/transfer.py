"""Bulk transfer: imports that can be taken up again, and exports."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from services.gallery import rules
from services.gallery.answers import Imported
from services.gallery.gallery import Gallery
from services.gallery.records import Collection
from services.gallery.rules import NewRecords, collection_of
from services.gallery.store import Reader, Request, Sample

_EXPORTED = 1024
"""Templates in one message of an export: 2 MB with 512 numbers each."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message of an import."""

    request: Request
    records: NewRecords


def parcel_id(import_id: str, sequence: int) -> str:
    """The request id of one message of an import: it is stored once, however often it comes."""
    return str(uuid.uuid5(uuid.UUID(import_id), str(sequence)))


class Transfer:
    """Moves templates into a gallery and out of it."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery

    async def take(self, parcels: AsyncIterator[Parcel]) -> Imported:
        """Store parcels one after the other; the next one is read meanwhile.

        What was stored before a refusal stays, and nothing after it is.
        """
        count, position = 0, 0
        storing: asyncio.Task[Imported] | None = None
        try:
            async for parcel in parcels:
                if storing:
                    stored = await storing
                    count, position = count + stored.template_count, stored.position
                storing = asyncio.create_task(self._store(parcel))
            if storing:
                stored = await storing
                count, position = count + stored.template_count, stored.position
        finally:
            if storing and not storing.done():
                storing.cancel()
        return Imported(count, position)

    async def progress(self, import_id: str) -> int:
        """How many parcels of an import are stored, from the first on."""
        return await self._gallery.read(partial(_stored, import_id))

    async def give(
        self, collection_id: str, after: int
    ) -> AsyncIterator[tuple[Collection, Sequence[Sample]]]:
        """Everything of a collection behind a key; at least one batch, maybe empty."""
        while True:
            collection, batch = await self._gallery.read(
                lambda view, after=after: _samples(view, collection_id, after)  # type: ignore[misc]  # bound here
            )
            yield collection, batch
            if len(batch) < _EXPORTED:
                return
            after = batch[-1].template.key

    async def _store(self, parcel: Parcel) -> Imported:
        records = parcel.records
        return await self._gallery.write(
            parcel.request, records.collection_id, lambda tx: rules.add_records(tx, records)
        )


def _samples(view: Reader, collection_id: str, after: int) -> tuple[Collection, Sequence[Sample]]:
    collection = collection_of(view, collection_id)
    return collection, view.samples(collection.key, after, _EXPORTED)


def _stored(import_id: str, view: Reader) -> int:
    """Parcels are stored in order: double, then halve, to find the first that is not."""
    high = 1
    while view.answered(parcel_id(import_id, high - 1)):
        high *= 2
    low = high // 2
    while low < high:
        middle = (low + high) // 2
        if view.answered(parcel_id(import_id, middle)):
            low = middle + 1
        else:
            high = middle
    return low
