"""The port to the model, what it is given and what it makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import CROP_SHAPE
from meshkit.config import ConfigError

Crop = NDArray[np.uint8]
"""Shape (112, 112, 3), RGB."""

Adapter = NDArray[np.float32]
"""Shape (k,): what a model was tuned by for one camera. Zeros are no camera in particular."""


@dataclass(frozen=True, slots=True)
class Work:
    """One crop to enhance."""

    crop: Crop

    scale: float
    """Source pixels per pixel of the crop, range (0, 1]; 1 if no detail is missing."""

    adapter: Adapter


@dataclass(frozen=True, slots=True)
class Enhanced:
    """What became of a crop. Derived: not evidence, never to be enrolled."""

    crop: Crop

    noise: float
    """Estimated standard deviation of the given crop's noise, range [0, 255]."""


class Model(Protocol):
    """Anything that enhances crops. Never called concurrently."""

    name: str
    sha256: str
    provider: str
    adapter_size: int
    """k: numbers of an adapter, at least 1."""
    adapter_space: str
    """Names the weights that adapters must have been tuned for; empty: none fits."""

    def enhance(self, work: Sequence[Work]) -> list[Enhanced]:
        """Enhance 1 or more crops, in order; n at once equal n times one.

        Raises:
            ValueError: What comes out is no crop: the model is broken.
        """
        ...


def warm_up(model: Model) -> None:
    """Run once on grey pixels, so that the first caller does not pay for set-up.

    Raises:
        ConfigError: What comes out is no crop.
    """
    grey = np.full(CROP_SHAPE, 128, dtype=np.uint8)
    none = np.zeros(model.adapter_size, dtype=np.float32)
    try:
        # Two of them: a graph whose batch is baked to one must not get into service.
        model.enhance([Work(grey, 1.0, none), Work(grey, 0.5, none)])
    except ValueError as error:
        raise ConfigError(f"model {model.name} is broken: {error}") from None
