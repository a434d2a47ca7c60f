"""What an operator can tell a worker, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from gateway import config


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(config.Config):
    """Field ``x`` is the environment variable ``WORKER_X``.

    What it shares with the gateway means the same; `data` is its own folder, made if it is not
    there, for the records of what it finds. `policies` does not matter: a job brings its row. Nor
    does `client_certificates`: nobody calls it.
    """

    port: int = 50055
    """TCP port for health checks."""

    output: Path
    """Folder for what jobs find, crops of faces among it. Made if it is not there; nobody else
    may read it. Required."""

    lease_s: float = 15.0
    """A worker that was not heard of for so long has lost its part to another one. The same for
    all workers."""

    part_frames: int = 100
    """Frames of one part: what is done again when a worker dies."""

    frames_at_once: int = 4
    """Frames that are looked at together."""

    attempts: int = 20
    """Workers that may die of one part before its job is given up."""

    idle_s: float = 0.5
    """Seconds between two looks for work, while there is none."""

    call_patience_s: float = 30.0
    """How long a service of the mesh may be away before the part is given back."""

    def __post_init__(self) -> None:
        config.Config.__post_init__(self)
        if self.media is None:
            raise ValueError("media is required: the folder that jobs may read")
        if not (self.jobs or self.jobs_redis):
            raise ValueError("jobs or jobs_redis is required: what the gateway has")
        for name in ("lease_s", "idle_s", "call_patience_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        for name in ("part_frames", "frames_at_once", "attempts"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
