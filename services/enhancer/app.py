"""The enhancer's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator

from meshkit.batcher import Batcher
from meshkit.models.registry import find
from meshkit.server import serving
from services.enhancer import adapters
from services.enhancer.config import Config
from services.enhancer.model import Model, warm_up
from services.enhancer.onnx import OnnxModel
from services.enhancer.servicer import EnhancerServicer
from sureface.enhancer.v1.enhancer_pb2 import DESCRIPTOR
from sureface.enhancer.v1.enhancer_pb2_grpc import add_EnhancerServiceServicer_to_server

NAME = DESCRIPTOR.services_by_name["EnhancerService"].full_name


@contextlib.asynccontextmanager
async def open_app(config: Config, model: Model | None = None) -> AsyncIterator[int]:
    """Load the model unless one is given, serve until the block ends, yield the port."""
    served = model or OnnxModel(
        find(config.models, config.model, task="enhancer"),
        provider=config.provider,
        threads=config.threads,
    )
    tuned = adapters.load(config.adapters, served)
    warm_up(served)
    batcher = Batcher(served.enhance, name="enhancer", limits=config.limits)
    async with batcher.open():
        servicer = EnhancerServicer(served, tuned, batcher)
        services = {NAME: lambda server: add_EnhancerServiceServicer_to_server(servicer, server)}
        async with serving(services, config) as port:
            yield port
