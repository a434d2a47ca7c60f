"""The embedder's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator

from meshkit.batcher import Batcher
from meshkit.models.registry import find
from meshkit.server import serving
from services.embedder.config import Config
from services.embedder.model import Model, warm_up
from services.embedder.onnx import OnnxModel
from services.embedder.servicer import EmbedderServicer
from sureface.embedder.v1.embedder_pb2 import DESCRIPTOR
from sureface.embedder.v1.embedder_pb2_grpc import add_EmbedderServiceServicer_to_server

NAME = DESCRIPTOR.services_by_name["EmbedderService"].full_name


@contextlib.asynccontextmanager
async def open_app(config: Config, model: Model | None = None) -> AsyncIterator[int]:
    """Load the model unless one is given, serve until the block ends, yield the port."""
    served = model or OnnxModel(
        find(config.models, config.model, task="embedder"),
        provider=config.provider,
        threads=config.threads,
    )
    warm_up(served)
    batcher = Batcher(served.embed, name="embedder", limits=config.limits)
    async with batcher.open():
        servicer = EmbedderServicer(served, batcher)
        services = {NAME: lambda server: add_EmbedderServiceServicer_to_server(servicer, server)}
        async with serving(services, config) as port:
            yield port
