"""What an operator can tell the enhancer, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from meshkit.batcher import BatchLimits
from meshkit.config import ServerConfig

MAX_CROPS = 64
"""What `enhancer.proto` promises to callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ServerConfig):
    """Field ``x`` is the environment variable ``ENHANCER_X``."""

    port: int = 50052
    """TCP port for gRPC."""

    models: Path = Path("models")
    """The folder with `models.toml`."""

    model: str = "enhancer"
    """Name of an enhancer in `models.toml`."""

    adapters: Path | None = None
    """Folder with one file a camera, ``<camera id>.npz``; unset means no adapters."""

    provider: str = "cpu"
    """Where to run it: ``cpu``, ``cuda`` or ``tensorrt``. No silent fallback."""

    threads: int = 1
    """Threads of one model call; 0 takes every core."""

    max_batch: int = 16
    """Most crops in one model call."""

    max_delay_s: float = 0.0
    """How long the first crop of an idle model waits for company."""

    max_queued: int = 128
    """Most crops waiting for the model; more is RESOURCE_EXHAUSTED."""

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        if self.max_queued < MAX_CROPS:
            raise ValueError(f"max_queued must be at least {MAX_CROPS}, got {self.max_queued}")
        if self.threads < 0:
            raise ValueError(f"threads must not be negative, got {self.threads}")
        _ = self.limits

    @property
    def limits(self) -> BatchLimits:
        """How the batcher trades latency for throughput."""
        return BatchLimits(
            max_batch=self.max_batch, max_delay_s=self.max_delay_s, max_queued=self.max_queued
        )
