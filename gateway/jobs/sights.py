"""What was seen in one part of a job, between the worker who saw it and the one who closes."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from faces.policy import Verdict
from faces.tracking import Box
from gateway.backends.ports import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a face does not pass the gates of its scene."""

    verdict: Verdict
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One face in one frame. No pixels: those stay where they are."""

    source: int
    """Number of the file."""

    frame: int
    offset_ms: int
    box: Box
    inter_eye_px: float
    quality: float
    vector: Vector
    contract_id: str
    enhanced: bool
    """Whether a derived picture had a part in the vector."""

    refusal: Refusal | None
    """None if it passes every gate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of the frames of one file."""

    judged: int = 0
    broken: int = 0

    reasons: Mapping[str, int] = field(default_factory=dict)
    """Why frames are broken, and how many."""


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was seen in a part."""

    sights: tuple[Sight, ...]
    """By file and frame."""

    tallies: Mapping[int, Tally]
    """By number of the file."""


def dump(findings: Findings) -> bytes:
    """Write findings down, bit for bit."""
    document = {
        "sights": [_row(sight) for sight in findings.sights],
        "tallies": {
            str(source): [tally.judged, tally.broken, dict(tally.reasons)]
            for source, tally in findings.tallies.items()
        },
    }
    return json.dumps(document).encode()


def load(found: bytes) -> Findings:
    """Read what `dump` wrote."""
    document = json.loads(found)
    tallies = {
        int(source): Tally(judged=judged, broken=broken, reasons=reasons)
        for source, (judged, broken, reasons) in document["tallies"].items()
    }
    return Findings(tuple(map(_sight, document["sights"])), tallies)


def added(one: Tally, other: Tally) -> Tally:
    """Two parts of one file."""
    names = sorted({*one.reasons, *other.reasons})
    return Tally(
        judged=one.judged + other.judged,
        broken=one.broken + other.broken,
        reasons={name: one.reasons.get(name, 0) + other.reasons.get(name, 0) for name in names},
    )


def tallied(reasons: Iterable[str | None]) -> Tally:
    """Count frames by what became of them; None is one that was judged."""
    found: dict[str, int] = {}
    judged = 0
    for reason in reasons:
        if reason is None:
            judged += 1
        else:
            found[reason] = found.get(reason, 0) + 1
    return Tally(judged=judged, broken=sum(found.values()), reasons=found)


def _row(sight: Sight) -> list[object]:
    refusal = sight.refusal
    return [
        *(sight.source, sight.frame, sight.offset_ms, list(sight.box), sight.inter_eye_px),
        sight.quality,
        base64.b64encode(sight.vector.astype("<f4").tobytes()).decode(),
        *(sight.contract_id, sight.enhanced),
        [refusal.verdict.value, refusal.rule, refusal.reason] if refusal else None,
    ]


def _sight(row: Any) -> Sight:
    source, frame, offset_ms, box, eyes, quality, vector, contract, enhanced, refusal = row
    return Sight(
        source=source,
        frame=frame,
        offset_ms=offset_ms,
        box=tuple(box),
        inter_eye_px=eyes,
        quality=quality,
        vector=np.frombuffer(base64.b64decode(vector), dtype="<f4"),
        contract_id=contract,
        enhanced=enhanced,
        refusal=_refusal(refusal),
    )


def _refusal(row: object) -> Refusal | None:
    if not isinstance(row, list):
        return None
    verdict, rule, reason = row
    return Refusal(verdict=Verdict(verdict), rule=rule, reason=reason)
