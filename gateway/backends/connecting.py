"""Channels to the services of the mesh, for each process that asks them."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import grpc.aio

from gateway.backends.grpc import GrpcDetector, GrpcEmbedder, GrpcEnhancer, GrpcGallery
from gateway.backends.spaces import Spaces
from gateway.config import Config
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from meshkit.channels import channel
from meshkit.template_keys import TemplateKeys
from meshkit.tls.calling import Trust, require_plain
from sureface.detector.v1 import detector_pb2
from sureface.embedder.v1 import embedder_pb2
from sureface.enhancer.v1 import enhancer_pb2
from sureface.gallery.v1 import gallery_pb2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backends:
    """The services, and what the gateway makes of them."""

    detector: GrpcDetector
    embedder: GrpcEmbedder
    gallery: GrpcGallery
    to_gallery: grpc.aio.Channel
    spaces: Spaces
    """That the gallery keeps collections in."""

    enhancing: Enhancing
    pipeline: Pipeline


@contextlib.asynccontextmanager
async def connected(config: Config) -> AsyncIterator[Backends]:
    """Connect while the block runs; nobody is asked yet.

    Raises:
        ConfigError: Certificates or template keys cannot be used, or a service would be called in
            plain text over the network, which nobody allowed.
    """
    spaces = Spaces(TemplateKeys.read(config.template_keys))
    async with contextlib.AsyncExitStack() as stack:

        async def connect(name: str, file: object) -> grpc.aio.Channel:
            services = list(file.services_by_name.values())  # type: ignore[attr-defined]
            target: str = getattr(config, name)
            opened = channel(target, services, _trust(config, name, target))
            return await stack.enter_async_context(opened)

        detector = GrpcDetector(await connect("detector", detector_pb2.DESCRIPTOR))
        embedder = GrpcEmbedder(await connect("embedder", embedder_pb2.DESCRIPTOR))
        to_gallery = await connect("gallery", gallery_pb2.DESCRIPTOR)
        enhancer = None
        if config.enhancer:
            enhancer = GrpcEnhancer(await connect("enhancer", enhancer_pb2.DESCRIPTOR))
        enhancing = Enhancing(embedder, enhancer, limit_s=config.enhancer_limit_s)
        yield Backends(
            detector=detector,
            embedder=embedder,
            gallery=GrpcGallery(to_gallery, spaces),
            to_gallery=to_gallery,
            spaces=spaces,
            enhancing=enhancing,
            pipeline=Pipeline(detector, enhancing),
        )


def _trust(config: Config, name: str, target: str) -> Trust | None:
    if config.backends_tls:
        return Trust(folder=config.backends_tls, name=name)
    if not config.insecure:
        require_plain(target, name)
    return None
