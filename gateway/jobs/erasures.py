"""Erasures as stores of jobs keep them: how gateways and workers learn of those of others."""

import json
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Somebody, or everybody of a collection, was erased from the gallery."""

    erasure_id: str
    """That of its receipt."""

    collection_id: str
    person_id: str
    """Empty for everybody."""

    until: datetime
    """What is older and names them is about them; whoever is enrolled later is somebody else."""

    track_count: int | None = None
    """Tracks of jobs that a worker has erased; None until one has looked."""

    def names(self, person_id: str) -> bool:
        """Whether somebody of that name was erased."""
        return self.person_id in {"", person_id}

    def counted(self, tracks: int) -> "Erasure":
        """The same, once a worker has looked."""
        return replace(self, track_count=tracks)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An erasure in its store."""

    position: int
    """Grows with each new one."""

    erasure: Erasure


def erasure_to_json(erasure: Erasure) -> str:
    """All of it."""
    return json.dumps(
        {
            "erasure_id": erasure.erasure_id,
            "collection_id": erasure.collection_id,
            "person_id": erasure.person_id,
            "until": erasure.until.isoformat(),
            "track_count": erasure.track_count,
        }
    )


def erasure_from_json(text: str | bytes) -> Erasure:
    """What `erasure_to_json` wrote."""
    document = json.loads(text)
    return Erasure(**document | {"until": datetime.fromisoformat(document["until"])})
