"""The gallery's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator

from meshkit.server import serving
from services.gallery.config import Config
from services.gallery.faiss_flat import FaissFlat
from services.gallery.gallery import Gallery
from services.gallery.index import Index, MakeIndex
from services.gallery.projection import Projection
from services.gallery.servicer import GalleryServicer
from services.gallery.sqlite import SqliteStore
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import add_GalleryServiceServicer_to_server

NAME = pb.DESCRIPTOR.services_by_name["GalleryService"].full_name


@contextlib.asynccontextmanager
async def open_app(config: Config, make_index: MakeIndex | None = None) -> AsyncIterator[int]:
    """Open the store, load the index, then serve until the block ends. Yields the port."""

    def make_faiss(dimension: int) -> Index:
        return FaissFlat(dimension, threads=config.index_threads)

    projection = Projection(make_index or make_faiss)
    async with contextlib.AsyncExitStack() as stack:
        store = await stack.enter_async_context(
            SqliteStore.opened(
                config.path,
                projection,
                limits=config.write_limits(),
                remember_h=config.request_id_h,
            )
        )
        gallery = await stack.enter_async_context(
            Gallery.opened(store, projection, config.search_limits())
        )
        servicer = GalleryServicer(gallery)
        services = {NAME: lambda server: add_GalleryServiceServicer_to_server(servicer, server)}
        yield await stack.enter_async_context(serving(services, config))
