"""The port to the model, and what it knows of a crop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import CROP_SHAPE, Crops
from faces.occlusion import Occlusion
from faces.quality import Quality
from meshkit.config import ConfigError

Crop = NDArray[np.uint8]
"""Shape (112, 112, 3), RGB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """How the vectors of a crop and of its enhanced version became one."""

    gate: float
    """Weight of the raw vector, in [0, 1]."""

    similarity: float
    """Of raw and enhanced, in [-1, 1]."""

    fused_similarity: float
    """Of raw and fused, in [-1, 1]."""

    raw_quality: float
    enhanced_quality: float
    """Scores of either crop alone, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """One crop, embedded and judged."""

    vector: NDArray[np.float32]
    """Shape (d,), unit length."""

    quality: Quality

    occlusion: Occlusion | None = None
    """What covers the face; None if the model cannot tell, or saw no reason to look."""

    robust_share: float | None = None
    """Weight of the robust branch in the vector, in [0, 1]; None if there is no such branch."""

    fused: Fused | None = None
    """None unless an enhanced version had a part in the vector."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is embedded: a crop and, where there is one, its enhanced version."""

    raw: Crop

    enhanced: Crop | None = None

    scale: float = 1.0
    """Source pixels per pixel of the crop, range (0, 1]; 1 if no detail is missing."""

    seen: Embedded | None = None
    """What `raw` gave before; None if it is to be embedded."""


class Model(Protocol):
    """Anything that embeds and judges crops. Never called concurrently."""

    name: str
    sha256: str
    provider: str
    contract_id: str
    dimension: int
    quality_method: str
    """What quality is read from, for example ``magnitude``."""

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        """Embed 1 or more crops, in order; n at once equal n times one."""
        ...


def warm_up(model: Model) -> None:
    """Run once on grey pixels, so that the first caller does not pay for set-up.

    Raises:
        ConfigError: Its vectors are not as long as it says, or what it says is none of
            what it should be.
    """
    grey: Crops = np.full((1, *CROP_SHAPE), 128, dtype=np.uint8)
    try:
        [embedded] = model.embed(list(grey))
    except ValueError as error:
        raise ConfigError(f"model {model.name} is broken: {error}") from None
    if len(embedded.vector) != model.dimension:
        raise ConfigError(
            f"model {model.name} makes vectors of {len(embedded.vector)} numbers, "
            f"not of {model.dimension} as it says"
        )
