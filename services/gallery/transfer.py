"""Bulk transfer: imports that can be taken up again, and exports."""

import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

from faces.errors import FaceError, FieldInvalid, QueueFull
from services.gallery import rules
from services.gallery.answers import Imported
from services.gallery.gallery import Gallery
from services.gallery.inflight import InFlight
from services.gallery.records import Collection
from services.gallery.rules import NewRecords, collection_of
from services.gallery.store import Reader, Request, Sample, Transaction

IMPORTS = 4
"""Most imports that run at once: each holds `_IN_FLIGHT_BYTES`, and two messages more."""

_IN_FLIGHT_BYTES = 32 * 2**20
"""Of an import. Messages that wait together share a commit, which spares small ones most
of their price; one that is larger is alone."""

_EXPORTED_BYTES = 2**20
"""Of one message of an export, about: 5 ms to encode, during which no thread gets a turn."""

_EXPORTED = 1024
"""Most templates of one message of an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message of an import."""

    import_id: str
    """UUID in its canonical spelling."""

    sequence: int
    """Its place in the import, from 0."""

    digest: bytes
    """SHA-256 of what it says."""

    records: NewRecords
    nbytes: int


class Transfer:
    """Moves templates into a gallery and out of it."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._imports = 0

    async def take(self, parcels: AsyncIterator[Parcel]) -> Imported:
        """Store parcels; while some are on their way to the disk, the next ones are read.

        What came before a refusal is stored, and nothing after it.

        Raises:
            QueueFull: Too many imports run.
            FaceError: What a parcel was refused for; the first one that was.
        """
        if self._imports >= IMPORTS:
            raise QueueFull(queue="imports", limit=IMPORTS)
        self._imports += 1
        try:
            return await self._take(parcels)
        finally:
            self._imports -= 1

    async def progress(self, import_id: str) -> int:
        """How many parcels of an import are stored, from the first on."""
        return await self._gallery.read(partial(_stored, import_id))

    async def give(
        self, collection_id: str, after: int
    ) -> AsyncIterator[tuple[Collection, Sequence[Sample]]]:
        """Everything of a collection behind a key; at least one batch, maybe empty."""
        collection, batch = await self._gallery.read(partial(_samples, collection_id, after))
        yield collection, batch
        while batch:
            after = batch[-1].template.key
            collection, batch = await self._gallery.read(partial(_samples, collection_id, after))
            if batch:
                yield collection, batch

    async def _take(self, parcels: AsyncIterator[Parcel]) -> Imported:
        flight = InFlight(self._store)
        known: int | None = None
        try:
            async for parcel in parcels:
                if known is None:
                    known = await self.progress(parcel.import_id)
                # Whether what was stored before is repeated or contradicted must be known
                # before anything is stored behind it.
                limit = _IN_FLIGHT_BYTES if parcel.sequence > known else 0
                await flight.put(parcel, limit=limit)
            await flight.land()
        except FaceError:
            await flight.land()
            raise
        finally:
            await flight.drop()
        return flight.landed

    async def _store(self, parcel: Parcel) -> Imported:
        request = Request(
            request_id=_parcel_id(parcel.import_id, parcel.sequence),
            rpc="ImportTemplates",
            digest=parcel.digest,
        )
        return await self._gallery.write(
            request, parcel.records.collection_id, partial(_add, parcel)
        )


def _add(parcel: Parcel, tx: Transaction) -> Imported:
    """Store a parcel, unless the one before it is not: of an import, nothing is left out."""
    added = rules.add_records(tx, parcel.records)
    # Asked last: where questions are expensive, all but refusals are one question.
    if parcel.sequence and not tx.answered(_parcel_id(parcel.import_id, parcel.sequence - 1)):
        raise FieldInvalid(field="first_sequence", rule="must be as GetImport says")
    return added


def _parcel_id(import_id: str, sequence: int) -> str:
    """The request id of one message of an import: it is stored once, however often it comes."""
    return str(uuid.uuid5(uuid.UUID(import_id), str(sequence)))


def _samples(collection_id: str, after: int, view: Reader) -> tuple[Collection, Sequence[Sample]]:
    collection = collection_of(view, collection_id)
    count = max(1, min(_EXPORTED, _EXPORTED_BYTES // (4 * collection.dimension)))
    return collection, view.samples(collection.key, after, count)


def _stored(import_id: str, view: Reader) -> int:
    """Parcels are stored in order: double, then halve, to find the first that is not."""
    high = 1
    while view.answered(_parcel_id(import_id, high - 1)):
        high *= 2
    low = high // 2
    while low < high:
        middle = (low + high) // 2
        if view.answered(_parcel_id(import_id, middle)):
            low = middle + 1
        else:
            high = middle
    return low
