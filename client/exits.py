"""Exit codes of the command line, for scripts. Here and nowhere else."""

from enum import IntEnum

from faces.errors import Code, FaceError, LogBroken, RecordsMissing
from faces.policy import Verdict


class Exit(IntEnum):
    """What a command came to."""

    OK = 0
    NO_MATCH = 1
    USAGE = 2
    REVIEW = 3
    UNUSABLE = 4
    REFUSED = 5
    UNAVAILABLE = 6
    BUG = 7
    BROKEN = 8
    INTERRUPTED = 130


MEANING = {
    Exit.OK: "done; of a decision: match",
    Exit.NO_MATCH: "no match: nobody resembles the probe enough",
    Exit.USAGE: "wrong use of the command line",
    Exit.REVIEW: "review: people have to look",
    Exit.UNUSABLE: "recapture or reject: a picture is not good enough, or has no face",
    Exit.REFUSED: "the mesh refuses the request: change it before trying again",
    Exit.UNAVAILABLE: "the mesh or a part of it is away, full or too slow: try again",
    Exit.BUG: "a bug, in the mesh or in the command",
    Exit.BROKEN: "the decision log is broken: changed, damaged or cut",
    Exit.INTERRUPTED: "interrupted",
}
"""One line each, for ``--help`` and docs/cli.md."""

OF_VERDICT = {
    Verdict.MATCH: Exit.OK,
    Verdict.NO_MATCH: Exit.NO_MATCH,
    Verdict.REVIEW: Exit.REVIEW,
    Verdict.RECAPTURE: Exit.UNUSABLE,
    Verdict.REJECT: Exit.UNUSABLE,
}

_OF_CODE = {
    Code.INVALID_ARGUMENT: Exit.REFUSED,
    Code.NOT_FOUND: Exit.REFUSED,
    Code.ALREADY_EXISTS: Exit.REFUSED,
    Code.FAILED_PRECONDITION: Exit.REFUSED,
    Code.UNIMPLEMENTED: Exit.REFUSED,
    Code.UNAUTHENTICATED: Exit.REFUSED,
    Code.PERMISSION_DENIED: Exit.REFUSED,
    Code.RESOURCE_EXHAUSTED: Exit.UNAVAILABLE,
    Code.UNAVAILABLE: Exit.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED: Exit.UNAVAILABLE,
    Code.INTERNAL: Exit.BUG,
}


def of_error(error: FaceError) -> Exit:
    """The exit code of a refusal."""
    if isinstance(error, LogBroken | RecordsMissing):
        return Exit.BROKEN
    return _OF_CODE[error.code]


def explained() -> str:
    """All codes, one a line."""
    return "\n".join(f"{code.value:>5}  {text}" for code, text in MEANING.items())
