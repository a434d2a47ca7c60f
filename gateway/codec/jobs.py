"""Jobs."""

from google.protobuf.timestamp_pb2 import Timestamp

from faces.errors import FieldInvalid
from gateway.jobs.job import Job, State
from sureface.investigation.v1 import investigation_pb2 as pb


def encode_job(job: Job) -> pb.Job:
    """A job as it stands."""
    order, progress = job.order, job.progress
    created, ended = Timestamp(), Timestamp()
    created.FromDatetime(order.create_time)
    if progress.end_time:
        ended.FromDatetime(progress.end_time)
    return pb.Job(
        job_id=order.job_id,
        state=pb.JobState.Value(f"JOB_STATE_{progress.state.name}"),
        done_frame_count=progress.done,
        total_frame_count=progress.total,
        create_time=created,
        scene=order.policy.scene,
        policy_version=order.policy.version,
        collection_id=order.collection_id,
        case_id=order.case.case_id,
        purpose=order.case.purpose,
        operator_id=order.case.operator_id,
        priority=order.priority,
        broken_frame_count=progress.broken,
        track_count=progress.tracks,
        result_path=progress.result,
        failure_reason=progress.failure_reason,
        failure_message=progress.failure_message,
        review_count=order.review_count,
        end_time=ended if progress.end_time else None,
    )


def decode_state(state: pb.JobState.ValueType) -> State | None:
    """A filter; None means all.

    Raises:
        FieldInvalid: It is no state of a job.
    """
    if state == pb.JOB_STATE_UNSPECIFIED:
        return None
    try:
        return State[pb.JobState.Name(state).removeprefix("JOB_STATE_")]
    except (ValueError, KeyError):
        raise FieldInvalid(field="state", rule="is no known state") from None
