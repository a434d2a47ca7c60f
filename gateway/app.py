"""The gateway's composition root: the one place that knows every concrete class."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from gateway.access import Access
from gateway.analysis import Analysis
from gateway.backends.connecting import connected
from gateway.backends.deleting import GrpcDeleting
from gateway.calibrations.counting import Counting
from gateway.calibrations.history import History as CalibrationHistory
from gateway.calibrations.lines import Lines
from gateway.calibrations.loaded import loaded
from gateway.cases.jobs import CaseJobs
from gateway.cases.reading import Cases
from gateway.config import Config
from gateway.enrollment import Enrollment
from gateway.erasing.opening import open_erasing
from gateway.identity.opening import open_identity
from gateway.insight.summarizing import Summarizing
from gateway.investigation import Investigation
from gateway.jobs.desk import Desk
from gateway.jobs.found import Results
from gateway.jobs.opening import open_jobs
from gateway.jobs.waiting import telling
from gateway.policies.history import History
from gateway.policies.simulating import Simulating
from gateway.policies.watch import in_force
from gateway.records.accesses import Accesses
from gateway.records.exporting import Exporting
from gateway.records.log import open_log
from gateway.records.recorder import Recorder
from gateway.records.walks import Walks
from gateway.reviewing.keeping import open_reviewing
from gateway.reviewing.promises import Fulfilling, Promises, fulfilling
from gateway.reviewing.tracks import TrackReviews
from gateway.servicers.access import AccessServicer
from gateway.servicers.analysis import AnalysisServicer
from gateway.servicers.audit import AuditServicer
from gateway.servicers.enrollment import EnrollmentServicer
from gateway.servicers.insight import InsightServicer
from gateway.servicers.investigation import InvestigationServicer
from gateway.servicers.policy import PolicyServicer
from gateway.servicers.registration import registrations
from gateway.streaming.streams import Streams
from gateway.streaming.watch import Limits
from meshkit.chain import FOLDER, records, seal_by
from meshkit.interceptors.line import Line
from meshkit.server import serving


@contextlib.asynccontextmanager
async def open_app(config: Config) -> AsyncIterator[int]:
    """Connect to the mesh, serve until the block ends, yield the port."""
    async with contextlib.AsyncExitStack() as stack:
        seal, log = seal_by(config.audit_key), await stack.enter_async_context(open_log(config))
        policies = await stack.enter_async_context(
            in_force(config.policies, History(config.data), look_s=config.policies_look_s)
        )
        history = CalibrationHistory(config.data)
        calibrations = await stack.enter_async_context(
            loaded(config.calibrations, history, look_s=config.policies_look_s)
        )
        mesh = await stack.enter_async_context(connected(config))
        pipeline, gallery = mesh.pipeline, mesh.gallery

        recorder = Recorder(policies, log, Lines(calibrations, Counting(gallery)))
        reviewing, reviews, pictures = await stack.enter_async_context(
            open_reviewing(config, recorder, gallery)
        )
        access = Access(recorder=recorder, pipeline=pipeline, gallery=gallery, reviewing=reviewing)
        # The server renews connections at their age, give or take a tenth.
        limits = Limits(renew_s=0.8 * config.connection_age_s)
        streams = Streams(
            recorder=recorder,
            pipeline=pipeline,
            gallery=gallery,
            reviewing=reviewing,
            limits=limits,
        )
        investigation = Investigation(
            recorder=recorder, pipeline=pipeline, gallery=gallery, reviewing=reviewing
        )
        jobs = await stack.enter_async_context(
            open_jobs(config.jobs_file, config.jobs_redis, config.jobs_redis_tls)
        )
        await stack.enter_async_context(telling(jobs))
        erasing = await stack.enter_async_context(
            open_erasing(config, GrpcDeleting(mesh.to_gallery), jobs, reviewing, recorder)
        )
        results, promises = Results(config.output, seal), Promises(config.data)
        tracks = TrackReviews(jobs, results, reviews, reviewing, recorder, enrolled=gallery)
        await stack.enter_async_context(fulfilling(Fulfilling(promises, jobs, tracks)))
        desk = Desk(
            jobs,
            recorder,
            mesh.embedder,
            gallery,
            media=config.media,
            promises=promises if config.output else None,
        )
        walks = Walks(partial(records, config.data / FOLDER))
        cases = Cases(
            config.data,
            seal,
            recorder=recorder,
            reviews=reviews,
            pictures=pictures,
            jobs=CaseJobs(jobs, results),
        )
        services = registrations(
            access=AccessServicer(access, streams),
            analysis=AnalysisServicer(
                Analysis(detector=mesh.detector, embedder=mesh.embedder, enhancing=mesh.enhancing)
            ),
            audit=AuditServicer(Exporting(log)),
            enrollment=EnrollmentServicer(
                Enrollment(pipeline, gallery),
                embedder=mesh.embedder,
                gallery=mesh.to_gallery,
                spaces=mesh.spaces,
                recorder=recorder,
                erasing=erasing,
                person_limit_s=config.call_limit_s,
            ),
            insight=InsightServicer(Summarizing(walks)),
            investigation=InvestigationServicer(
                investigation,
                desk=desk,
                tracks=tracks,
                reviewing=reviewing,
                cases=cases,
                reviews=reviews,
            ),
            policy=PolicyServicer(
                policies,
                Simulating(walks),
                recorder.lines,
                calibrations=history,
                enhancer=bool(config.enhancer),
            ),
        )
        guards = await stack.enter_async_context(
            open_identity(config, look_s=config.policies_look_s)
        )
        guards = replace(
            guards,
            outer=(*guards.outer, Line(config.calls_at_work)),
            inner=(Accesses(recorder), *guards.inner),
        )
        port = await stack.enter_async_context(
            serving(services, config, demands=config.client_certificates, guards=guards)
        )
        stack.callback(streams.close)  # before the server drains: cameras go on elsewhere
        yield port
