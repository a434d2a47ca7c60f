"""Jobs that cannot be had, or not be done."""

from faces.errors.base import Code, FaceError


class JobNotFound(FaceError):
    """No such job."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_JOB_NOT_FOUND"
    text = "there is no job {job_id}"


class JobsNotConfigured(FaceError):
    """The operator named no folder that jobs may read."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_JOBS_NOT_CONFIGURED"
    text = "this gateway has no media folder that jobs could search"


class SourceUnusable(FaceError):
    """A path that a job cannot search."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_SOURCE_UNUSABLE"
    text = "{path} {problem}"


class WorkersLost(FaceError):
    """A part of a job that no worker survives."""

    code = Code.INTERNAL
    reason = "ERROR_REASON_WORKERS_LOST"
    text = "{attempts} workers began a part of the job, and none of them finished it"


class JobResultUnusable(FaceError):
    """What a job has found is not there to be reviewed."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_JOB_RESULT_UNUSABLE"
    text = "job {job_id} {problem}"
