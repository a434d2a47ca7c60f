"""Decision logs that are not what they were."""

from faces.errors.base import Code, FaceError


class RecordsMissing(FaceError):
    """The log ends before a record that somebody has seen."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_RECORDS_MISSING"
    text = (
        "record {position} is not in the log, whose last one is {head_position}: "
        "it was cut off, or the log is another gateway's"
    )


class LogBroken(FaceError):
    """A record is not what, or not where, it was."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_LOG_BROKEN"
    text = "the decision log is broken at record {position}: {problem}"
