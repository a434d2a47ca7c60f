"""What an operator can tell the embedder, read once at start."""

from dataclasses import dataclass

from meshkit.models.config import CropModelConfig

MAX_CROPS = 64
"""What `embedder.proto` promises to callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(CropModelConfig):
    """Field ``x`` is the environment variable ``EMBEDDER_X``."""

    port: int = 50053
    """TCP port for gRPC."""

    model: str = "sureface"
    """Name of an embedder in `models.toml`."""

    fusion: str = ""
    """Name of a fusion gate in `models.toml`; without one, enhanced crops are refused."""

    max_batch: int = 32
    """Most crops in one model call."""

    max_queued: int = 256
    """Most crops waiting for the model; more is RESOURCE_EXHAUSTED."""

    @property
    def largest_call(self) -> int:
        """Crops of the largest call: who can fuse embeds two versions of each."""
        return 2 * MAX_CROPS if self.fusion else MAX_CROPS
