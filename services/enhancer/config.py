"""What an operator can tell the enhancer, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from meshkit.models.config import CropModelConfig

MAX_CROPS = 64
"""What `enhancer.proto` promises to callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(CropModelConfig):
    """Field ``x`` is the environment variable ``ENHANCER_X``."""

    port: int = 50052
    """TCP port for gRPC."""

    model: str = "enhancer"
    """Name of an enhancer in `models.toml`."""

    adapters: Path | None = None
    """Folder with one file a camera, ``<camera id>.npz``; unset means no adapters."""

    max_batch: int = 16
    """Most crops in one model call."""

    max_queued: int = 128
    """Most crops waiting for the model; more is RESOURCE_EXHAUSTED."""

    @property
    def largest_call(self) -> int:
        """Crops of the largest call."""
        return MAX_CROPS
