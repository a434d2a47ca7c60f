"""What the mesh sees in a picture, without a decision."""

import asyncio
from dataclasses import dataclass

from faces.face import Face
from faces.measures import Measure
from gateway.advice import improvements
from gateway.backends.ports import Batch, Detections, Detector, Embedder, Judged


@dataclass(frozen=True, slots=True)
class Extracted:
    """A face with all that is known of it."""

    face: Face
    judged: Judged
    advices: tuple[str, ...]
    measures: tuple[Measure, ...]
    """Empty unless they were asked for."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All faces of a picture."""

    faces: tuple[Extracted, ...]
    contract_id: str
    width_px: int
    height_px: int


class Analysis:
    """Detects and extracts for engineers."""

    def __init__(self, *, detector: Detector, embedder: Embedder) -> None:
        self._detector = detector
        self._embedder = embedder

    async def detect(self, image: bytes, *, limit: int) -> Detections:
        """Find faces."""
        return await self._detector.detect(image, limit=limit)

    async def extract(
        self, image: bytes, *, limit: int, expected_contract: str, measures: bool
    ) -> Extraction:
        """Find faces and embed them, in one batch."""
        seen = await self._detector.detect(image, limit=limit, measures=measures)
        if not seen.faces:
            return Extraction((), "", seen.width_px, seen.height_px)
        batch = await self._embedder.embed(
            [found.crop for found in seen.faces], expected_contract=expected_contract
        )
        # A millisecond a bad face: aside, for other callers wait for this loop.
        faces = await asyncio.to_thread(_extracted, seen, batch)
        return Extraction(faces, batch.contract_id, seen.width_px, seen.height_px)


def _extracted(seen: Detections, batch: Batch) -> tuple[Extracted, ...]:
    return tuple(
        Extracted(found.face, judged, improvements(found, judged), found.measures)
        for found, judged in zip(seen.faces, batch.crops, strict=True)
    )
