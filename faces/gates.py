"""What a sample must pass before it is compared: the gates of a policy.

Rules are tried in the order of `Rule`; the first that fires decides. Each gate takes a
policy and observations and returns a conclusion, or None to go on. A score that is not
a number passes no gate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from faces.advice import ADVICE
from faces.decision import Conclusion
from faces.policy import Policy, Verdict
from faces.pose import Pose
from faces.rounding import above, below
from faces.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """The most prominent face of a picture, as far as gate 1 looks at it."""

    detection_score: float
    inter_eye_px: float
    pose: Pose

    liveness: float | None = None
    """Liveness score, in [0, 1]; None if there is none."""


class Enhancement(Enum):
    """What became of gate 2."""

    NOT_NEEDED = "not_needed"
    DONE = "done"
    NOT_CONFIGURED = "enhancer_not_configured"
    UNAVAILABLE = "enhancer_unavailable"
    NOT_FUSED = "fusion_unavailable"
    """Enhanced, but the embedder has no gate to fuse with: the raw sample was judged."""
    DRIFTED = "enhancement_drifted"
    """Enhanced, but it is not the same face any more: the raw sample was judged."""

    @property
    def degraded(self) -> bool:
        """Whether the scene asked for enhancement and did not get it."""
        return self not in {Enhancement.NOT_NEEDED, Enhancement.DONE}


def gate_sighting(policy: Policy, sighting: Sighting | None, *, faces: int) -> Conclusion | None:
    """Gate 1: is there one face, close and straight enough to be embedded?

    Args:
        policy: The lines to judge by.
        sighting: The most prominent face, or None if there is no face.
        faces: How many faces were found.
    """
    if sighting is None:
        # Nobody can review a face that is not there.
        retake = policy.on_low_quality is Verdict.RECAPTURE
        verdict = Verdict.RECAPTURE if retake else Verdict.REJECT
        return Conclusion(verdict, Rule.NO_FACE, "no face was found", ADVICE[Rule.NO_FACE])
    score, eyes = sighting.detection_score, sighting.inter_eye_px
    yaw, pitch = abs(sighting.pose.yaw_deg), abs(sighting.pose.pitch_deg)
    lines = (
        (
            Rule.MAX_FACES,
            faces > policy.max_faces,
            f"{faces} faces, this scene allows {policy.max_faces}",
        ),
        (
            Rule.MIN_DETECTION_SCORE,
            not score >= policy.min_detection_score,
            below(
                "detection score {}, this scene needs {}",
                score,
                policy.min_detection_score,
                digits=2,
            ),
        ),
        (
            Rule.MIN_INTER_EYE_PX,
            not eyes >= policy.min_inter_eye_px,
            below(
                "{} px between the eyes, this scene needs {}",
                eyes,
                policy.min_inter_eye_px,
                digits=0,
            ),
        ),
        (
            Rule.MAX_YAW_DEG,
            not yaw <= policy.max_yaw_deg,
            above("head turned {}°, this scene allows {}°", yaw, policy.max_yaw_deg, digits=0),
        ),
        (
            Rule.MAX_PITCH_DEG,
            not pitch <= policy.max_pitch_deg,
            above("head tilted {}°, this scene allows {}°", pitch, policy.max_pitch_deg, digits=0),
        ),
    )
    failed = next((_fail(policy, rule, text) for rule, fires, text in lines if fires), None)
    return failed or _gate_liveness(policy, sighting.liveness)


def _gate_liveness(policy: Policy, score: float | None) -> Conclusion | None:
    """The end of gate 1. Without a score, nobody passes a scene that asks for one."""
    least = policy.min_liveness
    if least is None:
        return None
    if score is None:
        text = "this scene needs a liveness score, and there is none"
        return _fail(policy, Rule.NO_LIVENESS, text)
    if not score >= least:
        text = below("liveness score {}, this scene needs {}", score, least, digits=2)
        return _fail(policy, Rule.LIVENESS, text)
    return None


def certain_faces(policy: Policy, detected: int, others: Iterable[float]) -> int:
    """How many faces there are, without those that the scene would not take for one.

    A poster in the background that scores just above the detector's own line must not
    keep a door shut.

    Args:
        policy: The line to judge by.
        detected: How many faces the detector found.
        others: Detection scores of all but the most prominent one, as far as they are known.
    """
    return detected - sum(score < policy.min_detection_score for score in others)


def wants_enhancement(policy: Policy, quality: float) -> bool:
    """Whether gate 2 asks for the enhancer."""
    return quality < policy.enhance_below


def has_drifted(policy: Policy, similarity: float) -> bool:
    """Whether raw and enhanced face resemble each other too little to be fused.

    Args:
        policy: The line to judge by.
        similarity: Of the two, a cosine. One that is not a number has drifted.
    """
    return not similarity >= policy.min_enhanced_similarity


def gate_sample(
    policy: Policy, *, quality: float, occlusion: float | None, enhancement: Enhancement
) -> Conclusion | None:
    """Gates 2 and 3: is the sample good enough to be compared?

    Args:
        policy: The lines to judge by.
        quality: Quality score, in [0, 1].
        occlusion: Covered share of the face, in [0, 1]; None if the model cannot tell.
        enhancement: What became of the enhancer.
    """
    if occlusion is not None and not occlusion <= policy.max_occlusion:
        share, limit = 100 * occlusion, 100 * policy.max_occlusion
        text = above("{}% of the face is covered, this scene allows {}%", share, limit, digits=0)
        return _fail(policy, Rule.MAX_OCCLUSION, text)
    if policy.enhancer_required and enhancement.degraded:
        text = f"this scene needs enhancement: {enhancement.value.replace('_', ' ')}"
        return _fail(policy, Rule.ENHANCER_REQUIRED, text)
    if not quality >= policy.min_quality:
        text = below("quality {}, this scene needs {}", quality, policy.min_quality, digits=2)
        return _fail(policy, Rule.MIN_QUALITY, text)
    return None


def _fail(policy: Policy, rule: Rule, reason: str) -> Conclusion:
    return Conclusion(policy.on_low_quality, rule, reason, ADVICE[rule])
