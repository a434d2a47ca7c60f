"""Review items as JSON, the form in which they are kept."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from faces.decision import Candidate
from faces.review import Judgement, Opinion, Review


def to_json(review: Review) -> str:
    """All of a review item."""
    fields = asdict(review)
    fields["create_time"] = review.create_time.isoformat()
    return json.dumps(fields, default=lambda value: value.value)


def from_json(text: str) -> Review:
    """The inverse of `to_json`."""
    fields = json.loads(text)
    fields["create_time"] = datetime.fromisoformat(fields["create_time"])
    fields["candidates"] = tuple(Candidate(**candidate) for candidate in fields["candidates"])
    fields["opinions"] = tuple(_opinion(opinion) for opinion in fields["opinions"])
    return Review(**fields)


def _opinion(fields: dict[str, Any]) -> Opinion:
    fields["judgement"] = Judgement(fields["judgement"])
    fields["grounds"] = tuple(fields["grounds"])
    return Opinion(**fields)
