"""What an operator can tell the gallery, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from meshkit.batcher import BatchLimits
from meshkit.config import ServerConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ServerConfig):
    """Field ``x`` is the environment variable ``GALLERY_X``."""

    path: Path
    """The database file; created if it is not there. Required. Its folder must exist."""

    port: int = 50054
    """TCP port for gRPC; 0 takes a free one and logs it."""

    index_threads: int = 1
    """Threads of one scan. More pays only on cores that nobody else uses."""

    search_batch: int = 64
    """Most probes, of any callers, in one scan."""

    search_queue: int = 1024
    """Most probes that may wait for a scan; more is RESOURCE_EXHAUSTED."""

    write_batch: int = 64
    """Most writes, of any callers, in one commit."""

    write_queue: int = 256
    """Most writes that may wait for a commit; more is RESOURCE_EXHAUSTED."""

    request_id_h: float = 24.0
    """Hours that a write's answer is remembered; a repetition after that is a new write."""

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        if self.index_threads < 1:
            raise ValueError(f"index_threads must be at least 1, got {self.index_threads}")
        if self.request_id_h <= 0:
            raise ValueError(f"request_id_h must be positive, got {self.request_id_h}")
        for batch, queue in (("search_batch", "search_queue"), ("write_batch", "write_queue")):
            if not 1 <= getattr(self, batch) <= getattr(self, queue):
                raise ValueError(f"need 1 <= {batch} <= {queue}")

    def search_limits(self) -> BatchLimits:
        """How searches share scans."""
        return BatchLimits(max_batch=self.search_batch, max_queued=self.search_queue)

    def write_limits(self) -> BatchLimits:
        """How writes share commits."""
        return BatchLimits(max_batch=self.write_batch, max_queued=self.write_queue)
