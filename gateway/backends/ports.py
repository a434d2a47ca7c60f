"""What the pipeline asks of the rest of the mesh. Adapters are in this package, too.

Every call may raise any `faces.errors.FaceError` that the service raised, and
`ServiceUnavailable` or `DeadlineExceeded` if it did not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.decision import Candidate
from faces.face import Face
from faces.measures import Measure
from faces.occlusion import Occlusion
from faces.quality import Quality

Vector = NDArray[np.float32]
"""Shape (d,), unit length."""


@dataclass(frozen=True, slots=True)
class Crop:
    """An aligned crop on its way from the detector to the embedder; never kept."""

    rgb: bytes
    scale: float
    """Pixels of the source per pixel of the crop."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What an enhancer made of a crop: of another type, so that nothing takes it for one.

    Not evidence, and never enrolled.
    """

    rgb: bytes
    scale: float
    """That of the crop it was made of."""

    operations: tuple[str, ...]
    """What was done, in order, for example ``denoise``."""

    noise_sigma: float
    """Of the crop it was made of: levels of 255."""

    png: bytes = b""
    """For people to look at, with the words on it that say what it is; empty unless asked for."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A face and its crop."""

    face: Face
    crop: Crop
    measures: tuple[Measure, ...] = ()
    """Empty unless they were asked for."""


@dataclass(frozen=True, slots=True)
class Detections:
    """What was found in one picture."""

    faces: tuple[Detection, ...]
    """The most prominent first."""

    found: int
    """How many there are, returned or not."""

    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """How the vectors of a crop and of its enhanced version became one."""

    gate: float
    """Weight of the raw vector, in [0, 1]."""

    similarity: float
    """Of raw and enhanced, in [-1, 1]."""

    fused_similarity: float
    """Of raw and fused, in [-1, 1]."""

    raw_quality: float
    enhanced_quality: float
    """Scores of either version alone, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An embedded crop."""

    vector: Vector
    quality: Quality
    occlusion: Occlusion | None
    """What covers the face; None if the model cannot tell, or did not look."""

    fusion: Fusion | None = None
    """None unless an enhanced version had a part in the vector."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Embedded crops of one contract."""

    crops: tuple[Judged, ...]
    contract_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Which templates a search may see: all conditions must hold."""

    group: str = ""
    """Persons whose label ``group`` is this; empty for any."""

    person_labels: Mapping[str, str] = field(default_factory=dict)
    template_labels: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    """Captured then or later, in UTC."""

    until: datetime | None = None
    """Captured before then, in UTC."""


class Detector(Protocol):
    """Finds and aligns faces."""

    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        """Find faces; return at most `limit` of them, 0 for as many as there are.

        Args:
            image: An encoded picture.
            limit: Most faces to return.
            measures: Whether to take quality measures of them.
        """
        ...


class Embedder(Protocol):
    """Embeds and judges crops."""

    async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
        """Embed 1 to 64 crops, under that contract if it is named."""
        ...

    async def fuse(self, crop: Crop, raw: Judged, derived: Derived, *, contract_id: str) -> Batch:
        """Fuse an embedded crop with what an enhancer made of it.

        Args:
            crop: As the camera saw it.
            raw: What `embed` answered for it.
            derived: What was made of it.
            contract_id: Of `raw`.

        Returns:
            One crop; without a `fusion` where the embedder knows nothing of fusing.

        Raises:
            FusionUnavailable: It has no gate.
        """
        ...

    async def contract(self) -> tuple[str, int]:
        """The served contract and the length of its vectors."""
        ...


class Enhancer(Protocol):
    """Makes bad crops easier to recognise."""

    async def enhance(
        self, crops: Sequence[Crop], *, camera_id: str, images: bool = False
    ) -> list[Derived]:
        """Enhance 1 to 64 crops, in order; with images for people to look at, if wanted."""
        ...


class Gallery(Protocol):
    """Searches who is enrolled."""

    async def search(
        self,
        collection_id: str,
        vector: Vector,
        *,
        contract_id: str,
        limit: int,
        only: Only | None = None,
    ) -> list[Candidate]:
        """Persons by falling similarity; with `only`, among the templates that it lets through."""
        ...

    async def score(
        self, collection_id: str, person_id: str, vector: Vector, *, contract_id: str
    ) -> Candidate | None:
        """One person's best template; None if the person has none left."""
        ...
