"""Which rule would fire: the decision functions on made-up scores."""

from collections.abc import Sequence
from dataclasses import dataclass

from faces.decision import Candidate, Conclusion, decide
from faces.gates import Enhancement, Sighting, gate_sample, gate_sighting, wants_enhancement
from faces.policy import Policy
from faces.pose import Pose


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What would be seen. Defaults are the best that there is."""

    face_count: int = 1
    detection_score: float = 1.0
    inter_eye_px: float = float("inf")
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    occlusion_share: float | None = None
    quality: float = 1.0
    similarities: Sequence[float] = ()


def explain(policy: Policy, scores: Scores, *, enhancer: bool) -> Conclusion:
    """Judge scores as if a picture had them.

    Args:
        policy: The row to judge by.
        scores: What would be seen.
        enhancer: Whether one is configured.
    """
    sighting = Sighting(
        detection_score=scores.detection_score,
        inter_eye_px=scores.inter_eye_px,
        pose=Pose(scores.yaw_deg, scores.pitch_deg, 0.0),
    )
    wanted = wants_enhancement(policy, scores.quality)
    missing = wanted and not enhancer
    best_first = sorted(scores.similarities, reverse=True)
    return (
        gate_sighting(policy, sighting if scores.face_count else None, faces=scores.face_count)
        or gate_sample(
            policy,
            quality=scores.quality,
            occlusion=scores.occlusion_share,
            enhancement=Enhancement.NOT_CONFIGURED if missing else Enhancement.NOT_NEEDED,
        )
        or decide(policy, [Candidate("", similarity) for similarity in best_first])
    )
