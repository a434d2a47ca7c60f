"""Failures of the mesh itself."""

from faces.errors.base import Code, FaceError


class QueueFull(FaceError):
    """More work waits than the operator allows."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "ERROR_REASON_QUEUE_FULL"
    text = "the {queue} queue is full: {limit} items wait already"
    retry_after_s = 0.1


class ServiceUnavailable(FaceError):
    """A service of the mesh does not answer."""

    code = Code.UNAVAILABLE
    reason = "ERROR_REASON_SERVICE_UNAVAILABLE"
    text = "the {service} does not answer"
    retry_after_s = 0.5


class MessageBytes(FaceError):
    """A message larger than the transport takes; told by the caller's own side."""

    code = Code.RESOURCE_EXHAUSTED
    reason = "ERROR_REASON_MESSAGE_BYTES"
    text = "a message to or from the {service} is larger than {limit_bytes} bytes"


class DeadlineExceeded(FaceError):
    """The caller's time is up."""

    code = Code.DEADLINE_EXCEEDED
    reason = "ERROR_REASON_DEADLINE_EXCEEDED"
    text = "the deadline passed at the {stage}"


class CallerNotAllowed(FaceError):
    """A certificate whose owner has no business with the service that it called."""

    code = Code.PERMISSION_DENIED
    reason = "ERROR_REASON_CALLER_NOT_ALLOWED"
    text = "{caller} may not call {service}"


class NotImplementedYet(FaceError):
    """Part of the contract, and of a later version."""

    code = Code.UNIMPLEMENTED
    reason = "ERROR_REASON_NOT_IMPLEMENTED"
    text = "{method} is not served by this version"


class MessageMalformed(FaceError):
    """Bytes that are no message of the method's request type."""

    code = Code.INVALID_ARGUMENT
    reason = "ERROR_REASON_MESSAGE_MALFORMED"
    text = "the request of {method} cannot be parsed"


class Internal(FaceError):
    """A bug, here or further down. Raised by nobody but the error interceptor."""

    code = Code.INTERNAL
    reason = "ERROR_REASON_INTERNAL"
    text = "internal error, incident {incident}"
