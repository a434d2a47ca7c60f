"""Calls of `sureface.investigation.v1.InvestigationService` about jobs."""

from collections.abc import Sequence

from client.calls.prepared import Feed, Listing, Prepared, feed, fresh, prepare
from client.codec import job as codec
from client.codec import review as review_codec
from client.types.job import ENDED, Job, JobState
from client.types.review import Review
from sureface.investigation.v1 import investigation_pb2 as pb


def submit_job(
    *,
    scene: str,
    collection_id: str,
    case_id: str,
    purpose: str,
    operator_id: str,
    paths: Sequence[str],
    priority: int = 0,
    review_count: int = 0,
    request_id: str | None = None,
) -> Prepared[Job]:
    """Queue videos and folders of pictures to be searched.

    `paths` are those of the gateway's media folder: absolute, or relative to it. So many as
    `review_count` of the highest-ranked hits become review items once the job has ended.
    """
    request = pb.SubmitJobRequest(
        request_id=fresh(request_id),
        scene=scene,
        collection_id=collection_id,
        case_id=case_id,
        purpose=purpose,
        operator_id=operator_id,
        paths=paths,
        priority=priority,
        review_count=review_count,
    )
    return prepare(request, pb.SubmitJobResponse, lambda answer: codec.job(answer.job))


def get_job(*, job_id: str) -> Prepared[Job]:
    """Return one job."""
    return prepare(
        pb.GetJobRequest(job_id=job_id), pb.GetJobResponse, lambda answer: codec.job(answer.job)
    )


def list_jobs(
    *, case_id: str = "", state: JobState | None = None, page_size: int = 0
) -> Listing[Job]:
    """List jobs, the oldest first. `state` None means any."""
    wire_state = codec.wire_state(state)
    return Listing(
        lambda token: prepare(
            pb.ListJobsRequest(
                case_id=case_id, state=wire_state, page_size=page_size, page_token=token
            ),
            pb.ListJobsResponse,
            codec.jobs,
        )
    )


def watch_job(*, job_id: str) -> Feed[Job]:
    """Walk over a job's states as they change, until it has ended.

    A gateway that is away for a while is waited for.
    """
    return feed(
        pb.WatchJobRequest(job_id=job_id),
        pb.WatchJobResponse,
        lambda answer: codec.job(answer.job),
        is_last=lambda job: job.state in ENDED,
    )


def cancel_job(*, job_id: str) -> Prepared[Job]:
    """Stop a job; what it found so far stays."""
    return prepare(
        pb.CancelJobRequest(job_id=job_id),
        pb.CancelJobResponse,
        lambda answer: codec.job(answer.job),
    )


def open_job_reviews(
    *, job_id: str, operator_id: str, ranks: Sequence[int] = (), top: int = 0
) -> Prepared[tuple[Review, ...]]:
    """Turn tracks of a job into review items: those of `ranks`, or the `top` hits.

    Neither who submitted the job nor `operator_id` may judge them.
    """
    request = pb.OpenJobReviewsRequest(job_id=job_id, operator_id=operator_id, ranks=ranks, top=top)
    return prepare(
        request,
        pb.OpenJobReviewsResponse,
        lambda answer: tuple(review_codec.review(each) for each in answer.reviews),
    )
