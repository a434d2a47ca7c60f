"""What an operator can tell the detector, read once at start."""

from dataclasses import dataclass
from pathlib import Path

from meshkit.config import ServerConfig
from services.detector.decode import MAX_PIXELS

_STRIDE = 32
"""Both networks halve their input five times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ServerConfig):
    """Field ``x`` is the environment variable ``DETECTOR_X``."""

    port: int = 50051
    """TCP port for gRPC; 0 takes a free one and logs it."""

    models: Path = Path("models")
    """The folder with `models.toml` and the files that it names."""

    model: str = "yunet"
    """A detector of `models.toml`. `centerface` finds smaller faces, at five times the cost."""

    liveness: str = ""
    """A liveness model of `models.toml`, which scores each returned face; empty for none. None is
    shipped: docs/liveness.md."""

    provider: str = "cpu"
    """Where the model runs: `cpu`, `cuda` or `tensorrt`. Nowhere else, if not there."""

    threads: int = 1
    """Threads of one model call; 0 lets the runtime take every core."""

    sides: tuple[int, ...] = (320, 640)
    """Sides of the canvases in pixels, rising multiples of 32. Pictures of equal canvases
    share a batch; larger ones show smaller faces and cost more."""

    min_score: float = 0.5
    """Least detection score of a face, in (0, 1], for callers who do not say."""

    second_looks: int = 8
    """Most faces of a picture that are looked at again, zoomed, for better landmarks."""

    max_batch: int = 4
    """Most canvases in one call of the model. On a CPU a batch is not faster than its parts,
    and eight canvases of 640 take 140 MB more than two; give a GPU more."""

    max_delay_s: float = 0.0
    """How long the first canvas of an idle model waits for company."""

    max_calls: int = 64
    """Most calls inside; more are RESOURCE_EXHAUSTED."""

    max_pixels: int = 2 * MAX_PIXELS
    """Most decoded pixels inside; pictures beyond wait. A pixel takes up to 12 bytes while
    it is decoded and 3 afterwards."""

    decode_threads: int = 2
    """Threads that decode pictures and cut crops."""

    @property
    def max_looks(self) -> int:
        """Most canvases that can wait for the model: a call that was let in always fits."""
        return self.max_calls * (self.second_looks + len(self.sides))

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        if not self.sides or any(side < 1 or side % _STRIDE for side in self.sides):
            raise ValueError(f"sides must be multiples of {_STRIDE}, got {self.sides}")
        if list(self.sides) != sorted(set(self.sides)):
            raise ValueError(f"sides must rise, got {self.sides}")
        if not 0 < self.min_score <= 1:
            raise ValueError(f"min_score must be in (0, 1], got {self.min_score}")
        for name in ("threads", "second_looks", "max_delay_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")
        if self.decode_threads < 1:
            raise ValueError(f"decode_threads must be at least 1, got {self.decode_threads}")
        if not 1 <= self.max_batch <= self.max_calls:
            raise ValueError(
                f"need 1 <= max_batch <= max_calls, got {self.max_batch} and {self.max_calls}"
            )
        if self.max_pixels < MAX_PIXELS:
            raise ValueError(
                f"max_pixels must be at least {MAX_PIXELS}, one picture, got {self.max_pixels}"
            )
