"""Records of decisions, read back as far as rules can be tried on them again."""

from collections.abc import Mapping
from typing import Any

from faces.calibration import Size
from faces.gates import Enhancement, Sighting
from faces.policy import Verdict
from faces.pose import Pose
from faces.replay import Decided, Past, Picture, Scores
from faces.rules import Rule
from faces.tracking import Basis

_SINGLE = {"Verify", "Compare"}
"""Calls about one candidate: if it was compared raw, too, nothing else could have been."""

_STREAM = "IdentifyStream"

_CALLS = {"Identify", "Search", _STREAM, *_SINGLE}
"""Calls whose samples and candidates are all that their rules looked at."""


def past(record: Mapping[str, Any]) -> Past | None:
    """Read a line of the log, as `gateway.records.decision.Decision.record` writes it.

    Returns:
        None if it is no decision. One without all that the rules saw is incomplete.
    """
    if record.get("kind") != "decision":
        return None
    return Past(
        decision_id=record["decision_id"],
        scene=record["scene"],
        decided=_decided(record),
        pictures=_pictures(record),
        similarities=_similarities(record),
        raw_similarities=_raw_similarities(record),
        contract_id=record["contract_id"],
        size=_size(record),
        track=_track(record),
    )


def _track(record: Mapping[str, Any]) -> Basis | None:
    track = record.get("track")
    return Basis(**track) if track else None


def _size(record: Mapping[str, Any]) -> Size | None:
    line = record.get("accept_line") or {}
    known = line.get("persons") is not None
    return Size(persons=line["persons"], templates=line["templates"]) if known else None


def _decided(record: Mapping[str, Any]) -> Decided | None:
    try:
        return Decided(Verdict(record["verdict"]), Rule(record["rule"]))
    except ValueError:
        return None


def _similarities(record: Mapping[str, Any]) -> tuple[float, ...] | None:
    found = tuple(candidate["similarity"] for candidate in record["candidates"])
    return found if found or record["rule"] == Rule.NO_CANDIDATE.value else None


def _raw_similarities(record: Mapping[str, Any]) -> tuple[float, ...] | None:
    if record["rule"] == Rule.NO_CANDIDATE.value:
        return ()
    raw = record["raw_similarity"]
    return (raw,) if record["call"] in _SINGLE and raw is not None else None


def _pictures(record: Mapping[str, Any]) -> tuple[Picture, ...] | None:
    if record["call"] not in _CALLS:
        return None
    if record["call"] == _STREAM and not record.get("track"):
        return None  # of a version that did not keep what a track had come to
    try:
        return _seen(record)
    except (KeyError, ValueError):
        return None  # of another version, which wrote less, or other words


def _seen(record: Mapping[str, Any]) -> tuple[Picture, ...]:
    references = "reference_photos" in record
    return tuple(
        _picture(seen, reference=references and index > 0)
        for index, seen in enumerate(record["samples"])
    )


def _picture(seen: Mapping[str, Any], *, reference: bool) -> Picture:
    judged = Scores(seen["quality"], seen["occlusion"]) if "quality" in seen else None
    enhancement = Enhancement(seen["enhancement"])
    made = seen.get("enhanced", {})
    fused = enhancement is Enhancement.DONE
    return Picture(
        detected=seen["detected"],
        others=seen["other_detection_scores"],
        sighting=_sighting(seen) if "detection_score" in seen else None,
        raw=Scores(made["raw_quality"], made["raw_occlusion"]) if fused else judged,
        enhancement=enhancement,
        likeness=made.get("raw_enhanced_similarity"),
        fused=judged if fused else None,
        reference=reference,
    )


def _sighting(seen: Mapping[str, Any]) -> Sighting:
    return Sighting(
        detection_score=seen["detection_score"],
        inter_eye_px=seen["inter_eye_px"],
        pose=Pose(seen["yaw_deg"], seen["pitch_deg"], 0.0),
        liveness=seen.get("liveness"),
    )
