"""The embedder's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator

from meshkit.batcher import Batcher
from meshkit.models.registry import find
from meshkit.server import serving
from services.embedder import fusing
from services.embedder.config import Config
from services.embedder.embedder import Embedder
from services.embedder.fusing import Gate, OnnxGate
from services.embedder.model import Model, warm_up
from services.embedder.onnx import OnnxModel
from services.embedder.servicer import EmbedderServicer
from sureface.embedder.v1.embedder_pb2 import DESCRIPTOR
from sureface.embedder.v1.embedder_pb2_grpc import add_EmbedderServiceServicer_to_server

NAME = DESCRIPTOR.services_by_name["EmbedderService"].full_name


@contextlib.asynccontextmanager
async def open_app(
    config: Config, model: Model | None = None, gate: Gate | None = None
) -> AsyncIterator[int]:
    """Load model and gate unless they are given, serve until the block ends, yield the port."""
    served = model or OnnxModel(
        find(config.models, config.model, task="embedder"),
        provider=config.provider,
        threads=config.threads,
    )
    warm_up(served)
    if gate is None and config.fusion:
        gate = OnnxGate(find(config.models, config.fusion, task="fusion"), served)
    if gate is not None:
        fusing.warm_up(gate, served)
    crops = Batcher(served.embed, name="embedder", limits=config.limits)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(crops.open())
        pairs = None
        if gate is not None:
            pairs = Batcher(gate.fuse, name="fusion", limits=config.limits)
            await stack.enter_async_context(pairs.open())
        servicer = EmbedderServicer(served, Embedder(crops, pairs, gate=gate))
        services = {NAME: lambda server: add_EmbedderServiceServicer_to_server(servicer, server)}
        yield await stack.enter_async_context(serving(services, config))
