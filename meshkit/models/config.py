"""What every service can be told that runs a network over aligned crops."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from meshkit.batcher import BatchLimits
from meshkit.config import ServerConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class CropModelConfig(ServerConfig, ABC):
    """Which network, where it runs, and how its callers share it."""

    models: Path = Path("models")
    """The folder with `models.toml`."""

    model: str
    """Name of a model in `models.toml`."""

    provider: str = "cpu"
    """Where to run it: ``cpu``, ``cuda`` or ``tensorrt``. No silent fallback."""

    threads: int = 1
    """Threads of one model call; 0 takes every core."""

    max_batch: int
    """Most crops in one model call."""

    max_delay_s: float = 0.0
    """How long the first crop of an idle model waits for company."""

    max_queued: int
    """Most crops waiting for the model; more is RESOURCE_EXHAUSTED."""

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        if self.max_queued < self.largest_call:
            raise ValueError(
                f"max_queued must be at least {self.largest_call}, got {self.max_queued}"
            )
        if self.threads < 0:
            raise ValueError(f"threads must not be negative, got {self.threads}")
        _ = self.limits

    @property
    @abstractmethod
    def largest_call(self) -> int:
        """Crops of a call that its service promises to take: it has to fit into the queue."""

    @property
    def limits(self) -> BatchLimits:
        """How the batcher trades latency for throughput."""
        return BatchLimits(
            max_batch=self.max_batch, max_delay_s=self.max_delay_s, max_queued=self.max_queued
        )
