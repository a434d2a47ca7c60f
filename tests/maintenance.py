"""A gallery's maintenance in tests: what operators ask over a real socket."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc.aio

from services.gallery.app import open_app
from services.gallery.index import Indexes
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1 import maintenance_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceStub
from tests.galleries import CONTRACT, STAFF, Stub, config, new_id, unit_vectors

if TYPE_CHECKING:
    from sureface.gallery.v1.maintenance_pb2_grpc import MaintenanceServiceAsyncStub

    Upkeep = MaintenanceServiceAsyncStub
else:
    Upkeep = MaintenanceServiceStub

DIMENSION = 16
ASKED = pb.GetCollectionStatsRequest(collection_id=STAFF)


@dataclass(frozen=True)
class Served:
    """One gallery process, as its callers see it."""

    channel: grpc.aio.Channel
    gallery: Stub
    upkeep: Upkeep


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Served]:
    """Call a gallery that is served."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Served(channel, GalleryServiceStub(channel), MaintenanceServiceStub(channel))


@contextlib.asynccontextmanager
async def served(path: Path, indexes: Indexes | None = None) -> AsyncIterator[Served]:
    """Serve a gallery, on indexes of the configuration or on others."""
    async with open_app(config(path), indexes) as port, connected(port) as mesh:
        yield mesh


async def crowd(gallery: Stub, count: int, **labels: str) -> None:
    """Import persons p0, p1, … with one template each."""
    vectors = unit_vectors(count, DIMENSION)

    def records(start: int) -> list[gallery_pb2.TemplateRecord]:
        return [
            gallery_pb2.TemplateRecord(
                person_id=f"p{row}",
                template=gallery_pb2.NewTemplate(packed_vector=vectors[row].tobytes(), quality=1),
                person_labels=labels,
            )
            for row in range(start, min(start + 1000, count))
        ]

    async def messages() -> AsyncIterator[gallery_pb2.ImportTemplatesRequest]:
        for start in range(0, count, 1000):
            yield gallery_pb2.ImportTemplatesRequest(
                collection_id=STAFF,
                contract_id=CONTRACT,
                import_id=import_id,
                records=records(start),
            )

    import_id = new_id()
    await gallery.ImportTemplates(messages())
