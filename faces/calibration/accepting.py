"""Where a match begins: by the scene's own line, or by what its `target_fpir` comes to here."""

import bisect
import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeVar

from faces.calibration.calibration import Calibration, Expected
from faces.calibration.searches import Size
from faces.policy import Policy

P = TypeVar("P", bound=Policy)

MANY_SEEN = 30
"""False matches that make the rate of a line known to some 30 % (the rule of 30). See
`Calibration.seen`."""

LARGEST = 10**8
"""Persons of the largest gallery that anybody asks about."""


class Trouble(Enum):
    """Why a `target_fpir` comes to no line, or to one that is less sure than it looks."""

    NOT_CALIBRATED = "calibration_missing"
    """There is none for the contract: nobody is a match."""

    NOT_COUNTED = "gallery_size_unknown"
    """Nobody could tell how many are enrolled: nobody is a match."""

    UNSUPPORTED = "target_fpir_unsupported"
    """Of lines so rare the calibration knows nothing: nobody is a match."""

    EXTRAPOLATED = "target_fpir_extrapolated"
    """Few strangers were so similar: the line counts, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptLine:
    """The least similarity of a match in one search, and where it comes from."""

    similarity: float
    """Infinite if there is none."""

    size: Size | None = None
    """Of what was searched; None if it is not known."""

    target_fpir: float | None = None
    """What was asked for; None if the scene has a line of its own."""

    calibration: str = ""
    """Version of the one that was asked; empty for none."""

    expected: Expected | None = None
    """What is to be expected of the line; None without a calibration."""

    trouble: Trouble | None = None


def accept_line(policy: Policy, calibration: Calibration | None, size: Size | None) -> AcceptLine:
    """Resolve a scene's line for a match.

    Args:
        policy: With a line of its own, or with a `target_fpir`.
        calibration: Of the contract of the vectors; None if there is none.
        size: Of what is searched; None if it is not known.

    Returns:
        Never below the policy's `review` line.
    """
    if policy.target_fpir is None:
        return AcceptLine(similarity=policy.accept, size=size)
    if calibration is None:
        return _nobody(policy, size, Trouble.NOT_CALIBRATED)
    if size is None:
        return _nobody(policy, size, Trouble.NOT_COUNTED, calibration.version)
    counted = replace(size, persons=max(1, size.persons))
    wanted = calibration.line(policy.target_fpir, counted)
    similarity = max(policy.review, wanted)
    trouble = _doubt(calibration.seen(wanted))
    return AcceptLine(
        similarity=math.inf if trouble is Trouble.UNSUPPORTED else similarity,
        size=size,
        target_fpir=policy.target_fpir,
        calibration=calibration.version,
        expected=calibration.expected(similarity, counted),
        trouble=trouble,
    )


def most_persons(fpir: float, calibration: Calibration, *, each: float = 1.0) -> int:
    """The largest gallery for which a `target_fpir` comes to a line.

    Args:
        fpir: That target.
        calibration: That resolves it.
        each: Templates of a person.

    Returns:
        0 if it comes to none at all; `LARGEST` for that and more.
    """

    def fails(persons: int) -> bool:
        size = Size(persons=persons, templates=round(persons * each))
        return _doubt(calibration.seen(calibration.line(fpir, size))) is Trouble.UNSUPPORTED

    return bisect.bisect_left(range(1, LARGEST + 1), x=True, key=fails)


def drawn(policy: P, line: AcceptLine) -> P:
    """The policy with that line for a match."""
    return replace(policy, accept=line.similarity)


def _doubt(seen: float) -> Trouble | None:
    if seen < 1:
        return Trouble.UNSUPPORTED
    return Trouble.EXTRAPOLATED if seen < MANY_SEEN else None


def _nobody(
    policy: Policy, size: Size | None, trouble: Trouble, calibration: str = ""
) -> AcceptLine:
    return AcceptLine(
        similarity=math.inf,
        size=size,
        target_fpir=policy.target_fpir,
        calibration=calibration,
        trouble=trouble,
    )
