"""Review items as JSON, the form in which they are kept."""

import json
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

from faces.decision import Candidate
from faces.review import (
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    Opening,
    Opinion,
    Principal,
    Probe,
    Review,
)


def to_json(review: Review) -> str:
    """All of a review item."""
    return json.dumps(asdict(review), default=_plain)


def from_json(text: str) -> Review:
    """The inverse of `to_json`.

    An item of a version that kept no pictures has none: nobody can judge it any more.
    """
    fields: dict[str, Any] = json.loads(text)
    searcher = fields.pop("operator_id", "")
    chooser = fields.pop("chosen_by", None)
    return Review(
        **fields
        | {
            "searcher": Principal(**fields.get("searcher", {"person_id": searcher})),
            "chosen_by": Principal(**chooser) if chooser else None,
            "probe": _probe(fields.get("probe", {"image_sha256": ""})),
            "pictures": fields.get("pictures", False),
            "create_time": datetime.fromisoformat(fields["create_time"]),
            "erase_time": datetime.fromisoformat(fields.get("erase_time", fields["create_time"])),
            "candidates": tuple(Candidate(**candidate) for candidate in fields["candidates"]),
            "openings": tuple(map(_opening, fields.get("openings", ()))),
            "opinions": tuple(map(_opinion, fields["opinions"])),
        }
    )


def _plain(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} is nothing that a review item is made of")


def _probe(fields: dict[str, Any]) -> Probe:
    box = fields.get("box")
    return Probe(**fields | {"box": tuple(box) if box else None})


def _opening(fields: dict[str, Any]) -> Opening:
    seen = fields["candidates_time"]
    return Opening(
        reviewer=Principal(**fields["reviewer"]),
        raw_time=datetime.fromisoformat(fields["raw_time"]),
        candidates_time=datetime.fromisoformat(seen) if seen else None,
    )


def _opinion(fields: dict[str, Any]) -> Opinion:
    # Versions before wrote a name alone, and neither time nor findings.
    reviewer = fields.get("reviewer") or {"person_id": fields["reviewer_id"]}
    return Opinion(
        reviewer=Principal(**reviewer),
        judgement=Judgement(fields["judgement"]),
        time=datetime.fromisoformat(fields.get("time", "1970-01-01T00:00:00+00:00")),
        person_id=fields["person_id"],
        findings=tuple(
            FeatureFinding(Feature(each["feature"]), Finding(each["finding"]))
            for each in fields.get("findings", ())
        ),
        grounds=tuple(fields["grounds"]),
    )
