"""The calls of sureface.investigation.v1 that are about jobs, over gRPC."""

import hashlib
from collections.abc import AsyncIterator

from faces import fields, paging
from gateway.codec.jobs import decode_state, encode_job
from gateway.codec.reviews import encode_review
from gateway.investigation import Case
from gateway.jobs.desk import Asked, Desk
from gateway.reviewing.principals import principal
from gateway.reviewing.tracks import MOST, TrackReviews
from meshkit.rpc import Context
from sureface.investigation.v1 import investigation_pb2 as pb
from sureface.investigation.v1 import investigation_pb2_grpc as rpc

_MAX_PATHS = 256
_MAX_PRIORITY = 100


class JobCalls(rpc.InvestigationServiceServicer):
    """A part of sureface.investigation.v1.InvestigationService."""

    def __init__(self, desk: Desk, tracks: TrackReviews) -> None:
        self._desk = desk
        self._tracks = tracks

    async def SubmitJob(
        self, request: pb.SubmitJobRequest, context: Context
    ) -> pb.SubmitJobResponse:
        return pb.SubmitJobResponse(job=encode_job(await self._desk.submit(_asked(request))))

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        return pb.GetJobResponse(job=encode_job(await self._desk.get(_job_id(request.job_id))))

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        found = await self._desk.list(
            case_id=request.case_id,
            state=decode_state(request.state),
            after=paging.number_of(request.page_token),
            size=paging.size_of(request.page_size),
        )
        return pb.ListJobsResponse(
            jobs=map(encode_job, found.items), next_page_token=found.next_token
        )

    async def WatchJob(
        self, request: pb.WatchJobRequest, context: Context
    ) -> AsyncIterator[pb.WatchJobResponse]:
        async for job in self._desk.watch(_job_id(request.job_id)):
            yield pb.WatchJobResponse(job=encode_job(job))

    async def CancelJob(
        self, request: pb.CancelJobRequest, context: Context
    ) -> pb.CancelJobResponse:
        return pb.CancelJobResponse(
            job=encode_job(await self._desk.cancel(_job_id(request.job_id)))
        )

    async def OpenJobReviews(
        self, request: pb.OpenJobReviewsRequest, context: Context
    ) -> pb.OpenJobReviewsResponse:
        job_id, by = _job_id(request.job_id), principal(_operator(request.operator_id))
        if request.top or not request.ranks:
            fields.within(request.top, "top", low=1, high=MOST)
            reviews = await self._tracks.top(job_id, request.top, by)
        else:
            fields.count(len(request.ranks), "ranks", limit=MOST)
            reviews = await self._tracks.choose(job_id, request.ranks, by)
        return pb.OpenJobReviewsResponse(reviews=map(encode_review, reviews))


def _asked(request: pb.SubmitJobRequest) -> Asked:
    fields.count(len(request.paths), "paths", limit=_MAX_PATHS)
    fields.within(request.priority, "priority", low=-_MAX_PRIORITY, high=_MAX_PRIORITY)
    fields.within(request.review_count, "review_count", low=0, high=MOST)
    return Asked(
        request_id=fields.request_id(request.request_id),
        fingerprint=hashlib.sha256(request.SerializeToString(deterministic=True)).hexdigest(),
        scene=fields.words(request.scene, "scene", limit=64),
        collection_id=fields.collection_id(request.collection_id),
        case=case_of(request),
        paths=list(request.paths),
        priority=request.priority,
        review_count=request.review_count,
    )


def case_of(request: pb.SearchRequest | pb.SubmitJobRequest) -> Case:
    """What a search is for, and who runs it: as the request says, and as the credential does."""
    operator = principal(_operator(request.operator_id))
    return Case(
        case_id=fields.words(request.case_id, "case_id", limit=128),
        purpose=fields.words(request.purpose, "purpose", limit=512),
        operator_id=operator.person_id,
        key_id=operator.key_id,
        subject=operator.subject,
    )


def _job_id(text: str) -> str:
    return fields.words(text, "job_id", limit=64)


def _operator(text: str) -> str:
    return fields.staff_id(text, "operator_id")
