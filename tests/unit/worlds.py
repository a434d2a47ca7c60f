"""Meshes that know everything about every picture, and what they decide of it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from faces.decision import Candidate
from faces.errors import ServiceUnavailable
from faces.occlusion import Occlusion
from faces.policy import Policy, PolicyTable
from faces.quality import Quality
from faces.replay import Decided
from gateway.access import Access
from gateway.backends.ports import Batch, Crop, Derived, Detection, Detections, Fusion, Judged, Only
from gateway.enhancing import Enhancing
from gateway.investigation import Case, Investigation
from gateway.pipeline import Pipeline
from gateway.records.past import past
from gateway.records.recorder import Recorder
from tests.reviewing import nobody
from tests.unit.gateway_fakes import CONTRACT, face

CASE = Case(case_id="c-1", purpose="test", operator_id="o-1")
CALLS = ["Identify", "Verify", "VerifyPhotos", "Search", "Compare"]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """All that a mesh would find out about a picture, if it were asked."""

    scores: Sequence[float]
    """Of its faces."""

    inter_eye_px: float
    yaw: float
    quality: float
    occlusion: float | None
    angle: float
    """Of the vector, in radians."""

    turned: float
    """What enhancement turns it by."""

    enhanced_quality: float

    liveness: float | None = None


class World:
    """Detector, embedder, enhancer and gallery that know every picture. Crops are indices."""

    def __init__(self, pictures: Sequence[Shown], people: Sequence[float]) -> None:
        self.pictures = pictures
        self.people = {f"p{n}": angle for n, angle in enumerate(people)}

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        shown = self.pictures[int(image)]
        best = face(yaw=shown.yaw, inter_eye_px=shown.inter_eye_px)
        faces = tuple(
            Detection(
                replace(best, detection_score=score, liveness=shown.liveness), Crop(image, 1.0)
            )
            for score in shown.scores
        )
        return Detections(faces[:limit], len(faces), 100, 100)

    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        [crop] = crops
        return Batch((self._judged(self.pictures[int(crop.rgb)], fused=False),), CONTRACT)

    async def fuse(self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str) -> Batch:
        return Batch((self._judged(self.pictures[int(crop.rgb)], fused=True),), contract_id)

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        return [Derived(crop.rgb, 1.0, ("denoise",), 1.0) for crop in crops]

    async def search(
        self,
        collection_id: str,
        vector: Any,
        *,
        contract_id: str,
        limit: int,
        only: Only | None = None,
    ) -> list[Candidate]:
        found = [Candidate(name, _near(vector, angle)) for name, angle in self.people.items()]
        return sorted(found, key=lambda each: -each.similarity)[:limit]

    async def score(
        self, collection_id: str, person_id: str, vector: Any, *, contract_id: str
    ) -> Candidate | None:
        angle = self.people.get(person_id)
        return None if angle is None else Candidate(person_id, _near(vector, angle))

    def _judged(self, shown: Shown, *, fused: bool) -> Judged:
        raw = _vector(shown.angle)
        vector = _vector(shown.angle + shown.turned) if fused else raw
        hidden = None if shown.occlusion is None else Occlusion(share=shown.occlusion)
        return Judged(
            vector,
            Quality(score=shown.enhanced_quality if fused else shown.quality, magnitude=3.0),
            occlusion=Occlusion(share=0.1) if fused and hidden else hidden,
            fusion=Fusion(
                gate=0.5,
                similarity=_near(vector, shown.angle),
                fused_similarity=_near(vector, shown.angle),
                raw_quality=shown.quality,
                enhanced_quality=shown.enhanced_quality,
            )
            if fused
            else None,
        )


class Away(World):
    """Its enhancer does not answer."""

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        raise ServiceUnavailable(service="enhancer")


def _vector(angle: float) -> Any:
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def _near(vector: Any, angle: float) -> float:
    return float(vector @ _vector(angle))


class Kept:
    """A log as it is read back: JSON."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def append(self, record: Mapping[str, object]) -> None:
        self.lines.append(json.dumps(record))


async def decided(
    call: str, policy: Policy, world: World, *, enhancer: bool
) -> tuple[Decided, dict[str, Any]]:
    """Decide for real: the outcome and its record."""
    log = Kept()
    parts: dict[str, Any] = {
        "recorder": Recorder(PolicyTable([policy]), log),  # type: ignore[arg-type]  # all it needs
        "pipeline": Pipeline(world, Enhancing(world, world if enhancer else None)),  # type: ignore[arg-type]
        "gallery": world,
        "reviewing": nobody(),
    }
    access, desk = Access(**parts), Investigation(**parts)
    about: dict[str, Any] = {"collection_id": "people", "camera_id": ""}
    match call:
        case "Identify":
            await access.identify("door", b"0", **about)
        case "Verify":
            await access.verify_person("door", b"0", person_id="p0", **about)
        case "VerifyPhotos":
            await access.verify_photos("door", b"0", photos=[b"1", b"2"], camera_id="")
        case "Search":
            await desk.search("door", b"0", case=CASE, limit=3, **about)
        case "Compare":
            await desk.compare("door", b"0", b"1")
    [line] = log.lines
    record = json.loads(line)
    was = past(record)
    assert was is not None
    assert was.decided is not None
    return was.decided, record
