"""Records of decisions, read back as far as they tell of the picture and its camera."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from faces.conditions import Conditions
from faces.insight import Probe
from faces.rules import Rule
from gateway.records.walks import Record

_CAMERAS = {0: "first_camera_id", 1: "second_camera_id"}
"""Who took either picture of a comparison."""

_RULES = {rule.value: rule for rule in Rule}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where a picture came from, and what is on record of it."""

    camera_id: str
    """Empty if the caller named none."""

    scene: str
    probe: Probe


def seen(record: Record) -> Seen | None:
    """Read a line of the log, as `gateway.records.decision.Decision.record` writes it.

    A record counts as one picture: the one that was refused, or else the best one. Reference
    photos are no camera's.

    Returns:
        None if it is no decision. What another version wrote otherwise is not on record.
    """
    if record.get("kind") != "decision":
        return None
    camera_id = record.get("camera_id", "")
    try:
        number, picture = _telling(record)
        camera_id = camera_id or record.get(_CAMERAS.get(number, ""), "")
        probe = _probe(picture, record["contract_id"])
    except (KeyError, TypeError, AttributeError, IndexError):
        probe = Probe()
    return Seen(camera_id=camera_id, scene=record.get("scene", ""), probe=probe)


def _telling(record: Record) -> tuple[int, Record]:
    """The picture that a record counts as, and its number."""
    pictures: Sequence[Record] = record["samples"]
    if "reference_photos" in record:
        pictures = pictures[:1]
    refused = (number for number, each in enumerate(pictures) if each["refused_by"])
    best = sorted(range(len(pictures)), key=lambda n: -pictures[n].get("quality", 0.0))
    number = next(refused, best[0])
    return number, pictures[number]


def _probe(picture: Record, contract_id: str) -> Probe:
    raw = _raw(picture)
    conditions = picture.get("conditions")
    return Probe(
        refused_by=_RULES.get(picture["refused_by"]),
        quality=raw["quality"],
        magnitude=raw["magnitude"],
        contract_id=contract_id,
        inter_eye_px=picture.get("inter_eye_px"),
        yaw_deg=picture.get("yaw_deg"),
        pitch_deg=picture.get("pitch_deg"),
        covered=bool(raw["covered"]),
        conditions=Conditions(**conditions) if conditions else None,
    )


def _raw(picture: Record) -> dict[str, Any]:
    """What the embedder said of the face as the camera saw it."""
    keys = ("quality", "magnitude", "covered")
    made = picture.get("enhanced", {})
    if made.get("used"):
        return {key: made.get(f"raw_{key}") for key in keys}
    return {key: picture.get(key) for key in keys}
