"""Stand-ins for the rest of the mesh: deterministic, in memory, behind the real ports.

A "picture" is a word that says what the detector shall see in it, for example
``b"alice good"``: the first word is the person, the rest are circumstances.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from faces.decision import Candidate
from faces.errors import FaceError, ImageBroken, PersonNotFound
from faces.face import Face
from faces.measures import Component, Measure
from faces.occlusion import Occlusion
from faces.parts import MOUTH_AND_NOSE
from faces.pose import Pose
from faces.quality import Quality
from gateway.backends.ports import (
    Batch,
    Crop,
    Derived,
    Detection,
    Detections,
    Fusion,
    Judged,
    Only,
    Vector,
)

CONTRACT = "arc4-000000000001"

PEOPLE = {"alice": (1, 0, 0, 0), "bob": (0, 1, 0, 0), "twin": (0.95, 0.3122, 0, 0)}
"""Directions of people; ``twin`` resembles ``alice`` with 0.95."""

SHARP = Measure(component=Component.SHARPNESS, native=0.5, score=100)
"""All that `FakeDetector` measures."""

QUALITIES = {"good": 0.9, "fair": 0.5, "poor": 0.35, "awful": 0.1}


def face(*, yaw: float = 0.0, inter_eye_px: float = 80.0) -> Face:
    """A face that passes gate 1 unless told otherwise."""
    return Face(
        box=(0, 0, 100, 100),
        landmarks=np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], dtype=np.float32),
        detection_score=0.9,
        inter_eye_px=inter_eye_px,
        pose=Pose(yaw, 0.0, 0.0),
    )


MASKED = Occlusion(share=0.32, parts=MOUTH_AND_NOSE)
"""What a ``masked`` person looks like."""


class FakeDetector:
    """Sees what the picture says: ``empty``, ``crowd``, ``turned``, ``far``, ``broken``."""

    def __init__(self) -> None:
        self.calls = 0

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        self.calls += 1
        words = image.decode().split()
        if "broken" in words:
            raise ImageBroken(format="JPEG")
        found = {"empty": 0, "crowd": 3}.get(words[-1], 1)
        seen = face(
            yaw=80.0 if "turned" in words else 0.0, inter_eye_px=10.0 if "far" in words else 80.0
        )
        taken = (SHARP,) if measures else ()
        # Whoever else is in a crowd is bob.
        crops = [Crop(image if number == 0 else b"bob good", 1.0) for number in range(found)]
        faces = tuple(Detection(seen, crop, taken) for crop in crops[: limit or found])
        return Detections(faces, found, 100, 100)


class FakeEmbedder:
    """Reads person and quality from the crop; fuses raw and enhanced in halves."""

    def __init__(self, contract_id: str = CONTRACT) -> None:
        self.contract_id = contract_id
        self.calls = 0
        self.raw: list[bytes] = []
        """Every crop that was taken for what a camera saw."""
        self.cannot_fuse: FaceError | None = None

    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        self.calls += 1
        self.raw += [crop.rgb for crop in crops]
        return Batch(tuple(_judged(crop.rgb) for crop in crops), self.contract_id)

    async def fuse(self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str) -> Batch:
        self.calls += 1
        self.raw.append(crop.rgb)
        if self.cannot_fuse:
            raise self.cannot_fuse
        return Batch((_fused(raw, _judged(derived.rgb)),), contract_id)

    async def contract(self) -> tuple[str, int]:
        return self.contract_id, 4


class FakeEnhancer:
    """Makes everything good, or somebody else, or fails as told."""

    def __init__(self, failure: FaceError | None = None, *, draws: str = "") -> None:
        self.failure = failure
        self.draws = draws
        self.calls = 0
        self.cameras: list[str] = []

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        self.calls += 1
        self.cameras.append(camera_id)
        if self.failure:
            raise self.failure
        png = b"PNG" if images else b""
        people = [self.draws.encode() or crop.rgb.split()[0] for crop in crops]
        return [Derived(person + b" good", 1.0, ("denoise",), 12.5, png) for person in people]


class FakeGallery:
    """Searches a dictionary of people."""

    def __init__(self, *enrolled: str) -> None:
        self.enrolled = {name: np.array(PEOPLE[name], dtype=np.float32) for name in enrolled}
        self.searches = 0

    async def search(
        self,
        collection_id: str,
        vector: Vector,
        *,
        contract_id: str,
        limit: int,
        only: Only | None = None,
    ) -> list[Candidate]:
        self.searches += 1
        scores = {name: float(vector @ known) for name, known in self.enrolled.items()}
        ranked = sorted(scores, key=lambda name: -scores[name])[:limit]
        return [Candidate(name, scores[name], f"t-{name}", 0.9) for name in ranked]

    async def score(
        self, collection_id: str, person_id: str, vector: Vector, *, contract_id: str
    ) -> Candidate | None:
        if person_id not in self.enrolled:
            raise PersonNotFound(collection_id=collection_id, person_id=person_id)
        return Candidate(person_id, float(vector @ self.enrolled[person_id]), "t-1", 0.9)


def _fused(raw: Judged, enhanced: Judged) -> Judged:
    middle = raw.vector + enhanced.vector
    vector = middle / np.linalg.norm(middle)
    fusion = Fusion(
        gate=0.5,
        similarity=float(raw.vector @ enhanced.vector),
        fused_similarity=float(raw.vector @ vector),
        raw_quality=raw.quality.score,
        enhanced_quality=enhanced.quality.score,
    )
    return replace(raw, vector=vector, quality=enhanced.quality, fusion=fusion)


def _judged(rgb: bytes) -> Judged:
    person, *circumstances = rgb.decode().split()
    score = next((QUALITIES[word] for word in circumstances if word in QUALITIES), 0.9)
    vector = np.array(PEOPLE[person], dtype=np.float32)
    covered = MASKED if "masked" in circumstances else None
    return Judged(vector, Quality(score=score, magnitude=3.0), occlusion=covered)
