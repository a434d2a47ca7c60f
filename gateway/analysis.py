"""What the mesh sees in a picture, without a decision."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from faces.face import Face
from faces.gates import Enhancement
from faces.measures import Measure
from gateway.advice import improvements
from gateway.backends.ports import Batch, Derived, Detections, Detector, Embedder, Judged
from gateway.enhancing import Enhancing


@dataclass(frozen=True, slots=True)
class Extracted:
    """A face with all that is known of it."""

    face: Face
    judged: Judged
    """Of the raw crop, whatever else was asked for."""

    advices: tuple[str, ...]
    measures: tuple[Measure, ...]
    """Empty unless they were asked for."""

    derived: Derived | None = None
    """For people to look at; None unless it was asked for and could be had."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All faces of a picture."""

    faces: tuple[Extracted, ...]
    contract_id: str
    width_px: int
    height_px: int
    degradations: tuple[str, ...] = ()
    """What was asked for and could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to tell of a picture besides positions, vectors and quality."""

    limit: int
    """Most faces."""

    expected_contract: str = ""
    measures: bool = False
    enhanced: bool = False
    """Whether to show what an enhancer makes of each face."""

    camera_id: str = ""


class Analysis:
    """Detects and extracts for engineers."""

    def __init__(self, *, detector: Detector, embedder: Embedder, enhancing: Enhancing) -> None:
        self._detector = detector
        self._embedder = embedder
        self._enhancing = enhancing

    async def detect(self, image: bytes, *, limit: int) -> Detections:
        """Find faces."""
        return await self._detector.detect(image, limit=limit)

    async def extract(self, image: bytes, wanted: Wanted) -> Extraction:
        """Find faces and embed them, in one batch."""
        seen = await self._detector.detect(image, limit=wanted.limit, measures=wanted.measures)
        if not seen.faces:
            return Extraction((), "", seen.width_px, seen.height_px)
        crops = [found.crop for found in seen.faces]
        batch = await self._embedder.embed(crops, expected_contract=wanted.expected_contract)
        derived, outcome = list[Derived](), Enhancement.NOT_NEEDED
        if wanted.enhanced:
            derived, outcome = await self._enhancing.derive(
                crops, camera_id=wanted.camera_id, images=True
            )
        # A millisecond a bad face: aside, for other callers wait for this loop.
        faces = await asyncio.to_thread(_extracted, seen, batch, derived)
        missing = (outcome.value,) if outcome.degraded else ()
        return Extraction(faces, batch.contract_id, seen.width_px, seen.height_px, missing)


def _extracted(seen: Detections, batch: Batch, derived: list[Derived]) -> tuple[Extracted, ...]:
    made: Sequence[Derived | None] = derived or [None] * len(seen.faces)
    return tuple(
        Extracted(found.face, judged, improvements(found, judged), found.measures, better)
        for found, judged, better in zip(seen.faces, batch.crops, made, strict=True)
    )
