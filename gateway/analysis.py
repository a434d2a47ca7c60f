"""What the mesh sees in a picture, without a decision."""

from dataclasses import dataclass

from faces.advice import advise
from faces.face import Face
from gateway.backends.ports import Detections, Detector, Embedder, Judged


@dataclass(frozen=True, slots=True)
class Extracted:
    """A face with all that is known of it."""

    face: Face
    judged: Judged
    advices: tuple[str, ...]


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

    async def extract(self, image: bytes, *, limit: int, expected_contract: str) -> Extraction:
        """Find faces and embed them, in one batch."""
        seen = await self._detector.detect(image, limit=limit)
        if not seen.faces:
            return Extraction((), "", seen.width_px, seen.height_px)
        batch = await self._embedder.embed(
            [found.crop for found in seen.faces], expected_contract=expected_contract
        )
        faces = tuple(
            Extracted(found.face, judged, advise(found.face.inter_eye_px, judged.quality.band))
            for found, judged in zip(seen.faces, batch.crops, strict=True)
        )
        return Extraction(faces, batch.contract_id, seen.width_px, seen.height_px)
