"""The detector's composition root: the one place that knows every concrete class."""

import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor

import cv2
import numpy as np

from meshkit.batcher import Batcher, BatchLimits
from meshkit.models.registry import ModelFile, find
from meshkit.models.session import Session
from meshkit.server import serving
from services.detector import liveness
from services.detector.admission import Admission
from services.detector.config import Config
from services.detector.detector import Detector, Look, run_batch, warm_up
from services.detector.families import network
from services.detector.living import SCORED, Living
from services.detector.port import Detections, Network
from services.detector.servicer import DetectorServicer
from sureface.detector.v1 import detector_pb2 as pb
from sureface.detector.v1.detector_pb2_grpc import add_DetectorServiceServicer_to_server

NAME = pb.DESCRIPTOR.services_by_name["DetectorService"].full_name


def load(config: Config, model: ModelFile) -> Network:
    """Load the network that the configuration names."""
    session = Session(model.path, provider=config.provider, threads=config.threads)
    return network(model, session)


@contextlib.asynccontextmanager
async def open_living(
    config: Config, file: ModelFile | None, threads: Executor
) -> AsyncIterator[Living | None]:
    """Score faces for liveness while the block runs; None without a model."""
    if file is None:
        yield None
        return
    session = Session(file.path, provider=config.provider, threads=config.threads)
    model = liveness.network(file, session)
    model.score([np.zeros((model.side, model.side, 3), dtype=np.uint8)])  # its first time is slow
    [(batch, *_)] = session.inputs.values()
    limits = BatchLimits(
        max_batch=1 if batch == 1 else config.max_batch,  # some are exported for one face
        max_delay_s=config.max_delay_s,
        max_queued=config.max_calls * SCORED,
    )
    async with Batcher(model.score, name="liveness", limits=limits).open() as batcher:
        yield Living(batcher, model=model, threads=threads)


@contextlib.asynccontextmanager
async def open_app(
    config: Config, load: Callable[[Config, ModelFile], Network] = load
) -> AsyncIterator[int]:
    """Serve until the block ends. Yields the port."""
    cv2.setNumThreads(1)  # the threads below share the cores already
    model = find(config.models, config.model, task="detector")
    alive = find(config.models, config.liveness, task="liveness") if config.liveness else None
    net = load(config, model)
    warm_up(net, config.sides)
    limits = BatchLimits(
        max_batch=config.max_batch, max_delay_s=config.max_delay_s, max_queued=config.max_looks
    )
    batcher = Batcher[Look, Detections](
        functools.partial(run_batch, net),
        name="detector",
        limits=limits,
        key=lambda look: look.side,
    )
    with ThreadPoolExecutor(config.decode_threads, thread_name_prefix="pictures") as threads:
        async with batcher.open(), open_living(config, alive, threads) as living:
            detector = Detector(
                batcher,
                threads=threads,
                admission=Admission(max_calls=config.max_calls, max_pixels=config.max_pixels),
                sides=config.sides,
                good_px=net.good_px,
                second_looks=config.second_looks,
                living=living,
            )
            servicer = DetectorServicer(detector, model=model, config=config, liveness=alive)
            register = functools.partial(add_DetectorServiceServicer_to_server, servicer)
            async with serving({NAME: register}, config) as port:
                yield port
