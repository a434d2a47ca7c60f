"""One detected face, as every process of the mesh sees it."""

from dataclasses import dataclass

from faces.gates import Sighting
from faces.geometry import Points
from faces.pose import Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Where a face is and how it is turned, in pixels of the upright image."""

    box: tuple[float, float, float, float]
    """x_min, y_min, x_max, y_max; may reach over the image's edges."""

    landmarks: Points
    """Shape (5, 2), float32; rows as in `faces.alignment`."""

    detection_score: float
    """Range [0, 1]. Certainty of being a face, not quality."""

    inter_eye_px: float
    """Distance between the eye centres."""

    pose: Pose

    liveness: float | None = None
    """How sure a model is of a living person, in [0, 1]; None if none was asked."""

    @property
    def sighting(self) -> Sighting:
        """What gate 1 looks at."""
        return Sighting(
            detection_score=self.detection_score,
            inter_eye_px=self.inter_eye_px,
            pose=self.pose,
            liveness=self.liveness,
        )
