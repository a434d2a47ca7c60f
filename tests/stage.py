"""A mesh in memory for tests of streams: a picture is a name for faces that somebody made up.

stage = Stage(alice=direction(0))
stage.picture(Shown(direction(0), at(100)))     # the bytes of a "picture"
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faces.decision import Candidate
from faces.errors import FaceError, FusionUnavailable
from faces.face import Face
from faces.occlusion import Occlusion
from faces.pose import Pose
from faces.quality import Quality
from faces.tracking import Box
from gateway.backends.ports import Batch, Crop, Derived, Detection, Detections, Judged, Only, Vector


@dataclass(frozen=True, slots=True)
class Shown:
    """A face in a picture; it passes every gate of a door unless told otherwise."""

    vector: Vector
    box: Box = (100, 100, 200, 200)
    quality: float = 0.9
    inter_eye_px: float = 80.0
    yaw_deg: float = 0.0
    detection_score: float = 0.9
    occlusion: Occlusion | None = None
    liveness: float | None = None


class Stage:
    """Detector, embedder and gallery at once: they see what was put into a picture."""

    def __init__(self, **enrolled: Vector) -> None:
        self.enrolled = enrolled
        self.contract_id = "staged-1"
        self.failures: dict[str, FaceError] = {}
        """What calls raise, by their name: ``detect``, ``embed``, ``search``."""
        self.calls: list[str] = []
        """Names of calls, in order; one for each face that is embedded."""
        self.entered = asyncio.Event()
        """Set by every call of `detect`."""
        self.open = asyncio.Event()
        """Detection waits for it."""
        self.open.set()
        self.waiting: list[bytes] = []
        """Pictures that wait for it."""
        self._pictures: dict[bytes, tuple[Shown, ...]] = {}

    def picture(self, *shown: Shown) -> bytes:
        """A new picture of these faces, the most prominent first."""
        name = b"picture %d" % len(self._pictures)
        self._pictures[name] = shown
        return name

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        """Implement `gateway.backends.ports.Detector.detect`."""
        self.entered.set()
        self.waiting.append(image)
        try:
            await self.open.wait()
        finally:
            self.waiting.remove(image)
        self._call("detect")
        shown = self._pictures[image]
        faces = tuple(
            Detection(_face(each), Crop(b"%s/%d" % (image, number), 1.0))
            for number, each in enumerate(shown[:limit])
        )
        return Detections(faces, len(shown), 640, 480)

    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        """Implement `gateway.backends.ports.Embedder.embed`."""
        judged = []
        for crop in crops:
            self._call("embed")
            name, _, number = crop.rgb.partition(b"/")
            shown = self._pictures[name][int(number)]
            quality = Quality(score=shown.quality, magnitude=3.0)
            judged.append(Judged(shown.vector, quality, occlusion=shown.occlusion))
        return Batch(tuple(judged), self.contract_id)

    async def fuse(self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str) -> Batch:
        """Implement `gateway.backends.ports.Embedder.fuse`: nobody enhances here."""
        raise FusionUnavailable(model="stage")

    async def contract(self) -> tuple[str, int]:
        """Implement `gateway.backends.ports.Embedder.contract`."""
        return self.contract_id, 2

    async def search(
        self,
        collection_id: str,
        vector: Vector,
        *,
        contract_id: str,
        limit: int,
        only: Only | None = None,
    ) -> list[Candidate]:
        """Implement `gateway.backends.ports.Gallery.search`."""
        self._call("search")
        if not self.enrolled:
            return []
        scores = np.stack(list(self.enrolled.values())) @ vector
        people = list(self.enrolled)
        return [Candidate(people[i], float(scores[i])) for i in np.argsort(-scores)[:limit]]

    async def score(
        self, collection_id: str, person_id: str, vector: Vector, *, contract_id: str
    ) -> Candidate | None:
        """Implement `gateway.backends.ports.Gallery.score`."""
        self._call("score")
        return Candidate(person_id, float(vector @ self.enrolled[person_id]))

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failures:
            raise self.failures[name]


def _face(shown: Shown) -> Face:
    return Face(
        box=shown.box,
        landmarks=np.zeros((5, 2), dtype=np.float32),
        detection_score=shown.detection_score,
        inter_eye_px=shown.inter_eye_px,
        pose=Pose(shown.yaw_deg, 0.0, 0.0),
        liveness=shown.liveness,
    )
