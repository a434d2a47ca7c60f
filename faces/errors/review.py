"""Judgements that may not be passed."""

from faces.errors.base import Code, FaceError


class ReviewNotFound(FaceError):
    """No such review item."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_REVIEW_NOT_FOUND"
    text = "there is no review {review_id}"


class ReviewClosed(FaceError):
    """The item is decided."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_REVIEW_CLOSED"
    text = "review {review_id} is {state} already"


class ReviewerConflict(FaceError):
    """Somebody who may not judge this item."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_REVIEWER_CONFLICT"
    text = "{reviewer_id} may not judge this item: {conflict}"


class ReviewNotOpened(FaceError):
    """Somebody who judges what they have not looked at."""

    code = Code.FAILED_PRECONDITION
    reason = "ERROR_REASON_REVIEW_NOT_OPENED"
    text = "{reviewer_id} has not opened {missing} of review {review_id}"


class CaseNotFound(FaceError):
    """Nothing is on record of a case."""

    code = Code.NOT_FOUND
    reason = "ERROR_REASON_CASE_NOT_FOUND"
    text = "nothing is on record of case {case_id}"
