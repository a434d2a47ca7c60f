"""The gallery's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator

from meshkit.sealing import Sealer
from meshkit.server import Register, serving
from services.gallery.choices import indexes_of, store_of
from services.gallery.config import Config
from services.gallery.gallery import Gallery
from services.gallery.index import Indexes
from services.gallery.maintenance.resealing import Resealer
from services.gallery.maintenance.servicer import MaintenanceServicer
from services.gallery.maintenance.stats import Statistics
from services.gallery.maintenance.tuning import Tuner
from services.gallery.projection import Projection
from services.gallery.servicer import GalleryServicer
from services.gallery.transfer import Transfer
from services.gallery.upkeep import Upkeep
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1 import maintenance_pb2
from sureface.gallery.v1.gallery_pb2_grpc import add_GalleryServiceServicer_to_server
from sureface.gallery.v1.maintenance_pb2_grpc import add_MaintenanceServiceServicer_to_server

NAME = pb.DESCRIPTOR.services_by_name["GalleryService"].full_name
UPKEEP = maintenance_pb2.DESCRIPTOR.services_by_name["MaintenanceService"].full_name


@contextlib.asynccontextmanager
async def open_app(config: Config, indexes: Indexes | None = None) -> AsyncIterator[int]:
    """Open the store, load the indexes, then serve until the block ends. Yields the port."""
    async with contextlib.AsyncExitStack() as stack:
        sealer = Sealer(config.keys)
        projection = Projection(indexes or stack.enter_context(indexes_of(config, sealer)))
        store = await stack.enter_async_context(store_of(config, projection, sealer))
        gallery = await stack.enter_async_context(
            Gallery.opened(store, projection, config.search_limits(), line=config.agreement)
        )
        upkeep = await stack.enter_async_context(Upkeep.opened(projection, store))
        servicer = GalleryServicer(gallery, Transfer(gallery))
        tuner = Tuner(gallery, projection, upkeep)
        resealer = Resealer(sealer, store, upkeep)
        await resealer.warn()
        operated = MaintenanceServicer(Statistics(projection, store), upkeep, tuner, resealer)
        services: dict[str, Register] = {
            NAME: lambda server: add_GalleryServiceServicer_to_server(servicer, server),
            UPKEEP: lambda server: add_MaintenanceServiceServicer_to_server(operated, server),
        }
        yield await stack.enter_async_context(serving(services, config))
