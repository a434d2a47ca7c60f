"""What decision records tell of cameras."""

from dataclasses import dataclass
from datetime import datetime

from faces.insight import Bucket, Cause, Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How values are spread. All but `count` is 0 or empty without any."""

    count: int
    mean: float

    lower_decile: float
    """Below it lies a tenth of them, interpolated in its bucket, as are the next two."""

    median: float
    upper_decile: float

    buckets: tuple[Bucket, ...]
    """From the first that holds a value to the last that does, rising, without gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseCluster:
    """Pictures of low quality with the same causes."""

    causes: tuple[Cause | None, ...]
    """None stands for one that this client does not know yet."""

    picture_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCounts:
    """The pictures of one camera in one scene and one period."""

    good_count: int

    low_count: int
    """Faces below good quality, or refused by a gate for how they were taken."""

    faceless_count: int
    """Pictures without a face."""

    unjudged_count: int
    """Pictures that nobody looked at."""

    clusters: tuple[CauseCluster, ...]
    """Most frequent first. Their counts add up to `low_count`."""

    quality: Distribution
    """In [0, 1], as the camera saw the faces."""

    magnitude: Distribution | None
    """Lengths of vectors before they were normalized; None without any of that model."""

    @property
    def face_count(self) -> int:
        """Faces that somebody looked at."""
        return self.good_count + self.low_count

    @property
    def low_share(self) -> float | None:
        """Of those; None without any."""
        return self.low_count / self.face_count if self.face_count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSummary:
    """The pictures of one camera in one scene."""

    camera_id: str
    """Empty if callers named none."""

    scene: str
    current: PictureCounts

    previous: PictureCounts
    """Of as long a period before."""

    trend: Trend | None
    """None if this client does not know it yet."""

    contract_id: str
    """The model whose magnitudes are told; empty if none are."""

    advice: str
    """What to do about the camera: a sentence for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraInsight:
    """All cameras of a period."""

    start_time: datetime
    end_time: datetime

    previous_start_time: datetime
    """The period before ends with `start_time`."""

    cameras: tuple[CameraSummary, ...]
    """Most pictures of low quality first."""

    further_record_count: int
    """Records of cameras beyond the most that are told."""
