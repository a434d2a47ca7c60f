"""The gateway's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

import grpc.aio

from gateway.access import Access
from gateway.analysis import Analysis
from gateway.backends.grpc import GrpcDetector, GrpcEmbedder, GrpcEnhancer, GrpcGallery
from gateway.config import Config
from gateway.enhancing import Enhancing
from gateway.enrollment import Enrollment
from gateway.investigation import Investigation
from gateway.pipeline import Pipeline
from gateway.policies.history import History
from gateway.policies.simulating import Simulating
from gateway.policies.watch import in_force
from gateway.records.log import open_log
from gateway.records.recorder import Recorder
from gateway.records.reviews import open_reviews
from gateway.servicers.access import AccessServicer
from gateway.servicers.analysis import AnalysisServicer
from gateway.servicers.enrollment import EnrollmentServicer
from gateway.servicers.investigation import InvestigationServicer
from gateway.servicers.policy import PolicyServicer
from gateway.servicers.registration import registrations
from gateway.streaming.streams import Streams
from gateway.streaming.watch import Limits
from meshkit.chain import FOLDER, records
from meshkit.channels import channel
from meshkit.server import serving
from sureface.detector.v1 import detector_pb2
from sureface.embedder.v1 import embedder_pb2
from sureface.enhancer.v1 import enhancer_pb2
from sureface.gallery.v1 import gallery_pb2


@contextlib.asynccontextmanager
async def open_app(config: Config) -> AsyncIterator[int]:
    """Connect to the mesh, serve until the block ends, yield the port."""
    async with contextlib.AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(config))
        reviews = await stack.enter_async_context(open_reviews(config.data))
        policies = await stack.enter_async_context(
            in_force(config.policies, History(config.data), look_s=config.policies_look_s)
        )

        async def connect(target: str, file: object) -> grpc.aio.Channel:
            services = list(file.services_by_name.values())  # type: ignore[attr-defined]
            return await stack.enter_async_context(channel(target, services))

        detector = GrpcDetector(await connect(config.detector, detector_pb2.DESCRIPTOR))
        embedder = GrpcEmbedder(await connect(config.embedder, embedder_pb2.DESCRIPTOR))
        to_gallery = await connect(config.gallery, gallery_pb2.DESCRIPTOR)
        gallery = GrpcGallery(to_gallery)
        enhancer = None
        if config.enhancer:
            enhancer = GrpcEnhancer(await connect(config.enhancer, enhancer_pb2.DESCRIPTOR))

        recorder = Recorder(policies, log)
        enhancing = Enhancing(embedder, enhancer, limit_s=config.enhancer_limit_s)
        pipeline = Pipeline(detector, enhancing)
        access = Access(recorder=recorder, pipeline=pipeline, gallery=gallery)
        # The server renews connections at their age, give or take a tenth.
        limits = Limits(renew_s=0.8 * config.connection_age_s)
        streams = Streams(recorder=recorder, pipeline=pipeline, gallery=gallery, limits=limits)
        investigation = Investigation(
            recorder=recorder, pipeline=pipeline, gallery=gallery, reviews=reviews
        )
        services = registrations(
            access=AccessServicer(access, streams),
            analysis=AnalysisServicer(
                Analysis(detector=detector, embedder=embedder, enhancing=enhancing)
            ),
            enrollment=EnrollmentServicer(
                Enrollment(pipeline, gallery),
                embedder=embedder,
                gallery=to_gallery,
                recorder=recorder,
            ),
            investigation=InvestigationServicer(investigation, reviews),
            policy=PolicyServicer(
                policies,
                Simulating(partial(records, config.data / FOLDER)),
                enhancer=enhancer is not None,
            ),
        )
        port = await stack.enter_async_context(serving(services, config))
        stack.callback(streams.close)  # before the server drains: cameras go on elsewhere
        yield port
