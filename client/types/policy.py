"""The rows of the policy table, and what they would say."""

from dataclasses import dataclass

from faces.policy import Verdict
from faces.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRow:
    """Where the operator draws the lines in one scene, as `faces.policy.Policy` explains.

    Unlike that class it is not validated: a newer gateway may hold other rows.
    """

    scene: str
    min_quality: float
    enhance_below: float
    enhancer_required: bool
    min_enhanced_similarity: float
    on_low_quality: Verdict
    accept: float
    review: float
    margin: float
    min_inter_eye_px: float
    max_yaw_deg: float
    max_pitch_deg: float
    min_detection_score: float
    max_faces: int
    max_occlusion: float
    reviewers: int
    liveness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePolicy:
    """One row and the version of the table it stands in."""

    policy: PolicyRow
    policy_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Which rule would fire for given scores."""

    verdict: Verdict

    rule: Rule | None
    """None if this client does not know it yet."""

    reason: str
    advices: tuple[str, ...]
    policy_version: str
