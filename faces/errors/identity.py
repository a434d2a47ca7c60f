"""Calls by somebody who may not make them, or not that many."""

import contextlib

from faces.errors.base import Code, FaceError


class Unauthenticated(FaceError):
    """No credential, or none that holds. Why not is nobody's business."""

    code = Code.UNAUTHENTICATED
    reason = "ERROR_REASON_UNAUTHENTICATED"
    text = "this call needs a credential that holds"


class CallNotPermitted(FaceError):
    """A role that does not make this call."""

    code = Code.PERMISSION_DENIED
    reason = "ERROR_REASON_CALL_NOT_PERMITTED"
    text = "the role of this credential may not call {method}"


class OutOfReach(FaceError):
    """A credential for other collections or scenes."""

    code = Code.PERMISSION_DENIED
    reason = "ERROR_REASON_OUT_OF_REACH"
    text = "this credential does not reach {field}"


class RateLimited(FaceError):
    """More calls than this caller may make. How long to wait is the bucket's to say."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "ERROR_REASON_RATE_LIMITED"
    text = "more than {calls_per_s} calls a second; wait {wait_s} s"

    def __init__(self, **metadata: object) -> None:
        super().__init__(**metadata)
        with contextlib.suppress(ValueError):  # a client believes no server that much
            self.retry_after_s = float(self.metadata["wait_s"])
