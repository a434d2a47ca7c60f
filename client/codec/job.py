"""Jobs, to the wire and back."""

from client.codec.wire import known, moment
from client.types.job import Job, JobState
from faces.errors import FieldInvalid
from faces.paging import Page
from sureface.investigation.v1 import investigation_pb2 as pb


def job(message: pb.Job) -> Job:
    """One job."""
    return Job(
        job_id=message.job_id,
        state=known(JobState, pb.JobState.DESCRIPTOR, message.state) or JobState.OTHER,
        done_frame_count=message.done_frame_count,
        total_frame_count=message.total_frame_count,
        broken_frame_count=message.broken_frame_count,
        track_count=message.track_count,
        result_path=message.result_path,
        failure_reason=message.failure_reason,
        failure_message=message.failure_message,
        scene=message.scene,
        policy_version=message.policy_version,
        collection_id=message.collection_id,
        case_id=message.case_id,
        purpose=message.purpose,
        operator_id=message.operator_id,
        priority=message.priority,
        create_time=moment(message.create_time),
        end_time=moment(message.end_time) if message.HasField("end_time") else None,
        review_count=message.review_count,
    )


def jobs(message: pb.ListJobsResponse) -> Page[Job]:
    """One page of jobs."""
    return Page([job(each) for each in message.jobs], message.next_page_token)


def wire_state(state: JobState | None) -> "pb.JobState.ValueType":
    """A state to filter by; None means any.

    Raises:
        FieldInvalid: Nobody can ask for OTHER.
    """
    if state is JobState.OTHER:
        raise FieldInvalid(field="state", rule="must be one that this client knows")
    return pb.JobState.Value(f"JOB_STATE_{state.name if state else 'UNSPECIFIED'}")
