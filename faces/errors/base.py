"""What every expected failure has in common."""

from enum import Enum
from typing import Any, ClassVar


class Code(Enum):
    """What the caller can do about an error. Names are gRPC's canonical codes."""

    INVALID_ARGUMENT = "change the request"
    NOT_FOUND = "name something that exists"
    ALREADY_EXISTS = "name something that does not exist yet"
    FAILED_PRECONDITION = "change the state of the system first"
    RESOURCE_EXHAUSTED = "retry later, with backoff"
    UNAVAILABLE = "retry soon"
    DEADLINE_EXCEEDED = "allow more time, or ask for less"
    UNIMPLEMENTED = "wait for a later version"
    UNAUTHENTICATED = "bring a credential that holds"
    PERMISSION_DENIED = "ask the operator for access"
    INTERNAL = "tell the operator"


BY_REASON: "dict[str, type[FaceError]]" = {}
"""Every error by its reason, so that a client can raise what a server raised."""


_PASSING = {Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.DEADLINE_EXCEEDED}

MAX_CHARACTERS = 128
"""Longest value of an error's metadata. Callers' own words come back in errors, and
HTTP/2 trailers hold about 8 KiB: a longer error would arrive without its reason."""


class FaceError(Exception):
    """Base of every expected failure.

    `text` is for people and may change. `reason` and the keys of `metadata` are for
    programs and never do; `error_reason.proto` publishes them. The message is made
    of nothing but `text` and `metadata`, so no program ever has to parse it, and
    an error can be rebuilt from its reason and metadata on the other side.
    """

    code: ClassVar[Code]
    reason: ClassVar[str]
    text: ClassVar[str]
    retry_after_s: float | None = None
    """Advice for `google.rpc.RetryInfo`, or None where a retry does not help."""

    def __init__(self, **metadata: object) -> None:
        self.metadata = {key: _short(str(value)) for key, value in metadata.items()}
        super().__init__(self.text.format(**self.metadata))

    @property
    def passes(self) -> bool:
        """Whether it is the mesh's own and over soon: the same request may succeed later."""
        return self.code in _PASSING

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.reason in BY_REASON:
            raise TypeError(f"{cls.reason} is taken by {BY_REASON[cls.reason].__name__}")
        BY_REASON[cls.reason] = cls


def _short(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"
