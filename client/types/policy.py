"""The rows of the policy table, and what they would say."""

from dataclasses import dataclass
from datetime import datetime

from faces.policy import Verdict
from faces.replay import Untold
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

    accept: float | None
    """None in a scene with `target_fpir`."""

    target_fpir: float | None
    """None in a scene with `accept`."""

    review: float
    margin: float
    min_inter_eye_px: float
    max_yaw_deg: float
    max_pitch_deg: float
    min_detection_score: float
    max_faces: int
    max_occlusion: float
    reviewers: int

    review_days: int
    """Days for which the pictures are kept that reviewers look at."""

    liveness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePolicy:
    """One row and the version of the table it stands in."""

    policy: PolicyRow
    policy_version: str

    warnings: tuple[str, ...] = ()
    """What is wrong with the lines of the whole gateway, if rows were listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptLine:
    """The least similarity of a match in one search, and where it comes from."""

    similarity: float | None
    """None if there is none: nobody is a match."""

    target_fpir: float | None
    """None if the scene has a line of its own. So is all that follows."""

    calibration_version: str
    expected_fpir: float | None

    low_fpir: float | None
    """Interval of that at 95 %."""

    high_fpir: float | None

    degradation: str
    """What is wrong with the line; empty if nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Which rule would fire for given scores."""

    verdict: Verdict

    rule: Rule | None
    """None if this client does not know it yet."""

    reason: str
    advices: tuple[str, ...]
    policy_version: str
    accept_line: AcceptLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPeriod:
    """A time in which one table was in force, for the calls that began in it."""

    policy_version: str
    begin_time: datetime

    end_time: datetime | None
    """None for the one in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRejection:
    """Why the policy file as it stands is not what is in force."""

    reason: str
    reject_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyText:
    """A whole table as its operator wrote it."""

    policy_version: str

    text: str
    """YAML."""

    policies: tuple[PolicyRow, ...]
    """Empty if the gateway would read the text as another version today."""

    rejection: PolicyRejection | None
    """None if the policy file holds what is in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionChange:
    """Decisions that a proposed table would change in the same way."""

    old_verdict: Verdict

    old_rule: Rule | None
    """None, here and below, if this client does not know it yet."""

    new_verdict: Verdict
    new_rule: Rule | None
    decision_count: int

    decision_ids: tuple[str, ...]
    """The latest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldDecisions:
    """Decisions whose records cannot tell what they would be."""

    reason: Untold | None
    """What is missing; None if this client does not know it yet."""

    decision_count: int

    decision_ids: tuple[str, ...]
    """The latest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSimulation:
    """What a proposed table would change in one scene."""

    scene: str
    decision_count: int
    unchanged_count: int
    changes: tuple[DecisionChange, ...]
    untold: tuple[UntoldDecisions, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySimulation:
    """What a proposed table would change."""

    policy_version: str
    """That its decisions would name."""

    scenes: tuple[SceneSimulation, ...]
    """Those with decisions in that time."""
