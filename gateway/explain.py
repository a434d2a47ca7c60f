"""Which rule would fire: the decision functions on made-up scores."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from faces.calibration import AcceptLine, Calibration, Size, accept_line, drawn
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

    liveness_score: float | None = None
    """None is the worst that there is, where a scene asks for one: scores are rare."""

    occlusion_share: float | None = None
    quality: float = 1.0
    similarities: Sequence[float] = ()
    size: Size = field(default_factory=lambda: Size(persons=1, templates=1))
    """Of the collection that is searched."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What would be concluded, and where a match would begin."""

    conclusion: Conclusion
    line: AcceptLine


def explain(
    policy: Policy, scores: Scores, *, enhancer: bool, calibration: Calibration | None = None
) -> Explained:
    """Judge scores as if a picture had them.

    Args:
        policy: The row to judge by.
        scores: What would be seen.
        enhancer: Whether one is configured.
        calibration: Resolves a `target_fpir`; None if there is none.
    """
    line = accept_line(policy, calibration, scores.size)
    return Explained(_conclusion(drawn(policy, line), scores, enhancer=enhancer), line)


def _conclusion(policy: Policy, scores: Scores, *, enhancer: bool) -> Conclusion:
    sighting = Sighting(
        detection_score=scores.detection_score,
        inter_eye_px=scores.inter_eye_px,
        pose=Pose(scores.yaw_deg, scores.pitch_deg, 0.0),
        liveness=scores.liveness_score,
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
