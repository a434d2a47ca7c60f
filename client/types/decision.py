"""What the mesh decides, and whom a probe resembles."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from client.types.face import DerivedImage, Face, Occlusion, Quality
from faces.policy import Verdict
from faces.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision, as it stands in the gateway's log."""

    decision_id: str

    verdict: Verdict
    """What to do. One that this client does not know yet reads as REVIEW."""

    rule: Rule | None
    """The one rule that produced the verdict; None if this client does not know it yet."""

    reason: str
    """For people, with the values that were compared."""

    advices: tuple[str, ...]
    """What would help, most helpful first."""

    scene: str

    policy_version: str
    """Hash of the policy table that was in force."""

    contract_id: str
    """Of every vector involved; empty if none was computed."""

    degradations: tuple[str, ...]
    """What was skipped although the scene would have used it."""

    decide_time: datetime

    enhanced: bool
    """Whether an enhanced, that is derived, version of a picture had a part in it."""

    raw_similarity: float | None
    """What the best similarity is without enhancement; None if there was none, or nobody."""

    needed_reviewer_count: int
    """How many people must confirm before anybody acts on it; 0 if none need to."""

    review_id: str
    """The review item in which they do; empty if none was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One enrolled person who resembles the probe. Not an identity."""

    person_id: str

    similarity: float
    """Cosine, in [-1, 1]. Not a probability, and not proof."""

    template_id: str

    template_quality: float
    """Range [0, 1]."""

    rank: int
    """From 1."""

    log_likelihood_ratio: float | None = None
    """Natural logarithm of how many times likelier this similarity is between two samples of one
    person than between two strangers. Not the chance that they are one person. None without a
    calibration, and in other answers than those of a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A probe against one person (1:1)."""

    decision: Decision

    similarity: float | None
    """None if the probe did not get that far."""

    face: Face | None
    quality: Quality | None

    photo_similarities: tuple[float, ...]
    """With each reference photo, in their order; empty unless there were any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """A probe against a collection (1:N)."""

    decision: Decision

    candidate: Candidate | None
    """The best one, with MATCH and REVIEW only."""

    face: Face | None
    quality: Quality | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOnly:
    """Which templates a search may see: all conditions must hold."""

    group: str = ""
    """Of persons whose label ``group`` is this; empty for any."""

    person_labels: Mapping[str, str] = field(default_factory=dict)
    template_labels: Mapping[str, str] = field(default_factory=dict)

    since: datetime | None = None
    """Captured then or later."""

    until: datetime | None = None
    """Captured before then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Ranked candidates of an investigation. Resemblance, not identity."""

    decision: Decision
    candidates: tuple[Candidate, ...]
    face: Face | None
    quality: Quality | None

    occlusion: Occlusion | None
    """What covers the probe's face; None if the model cannot tell."""

    review_id: str
    """The review item that this hit became; empty if there is nothing to confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFace:
    """One side of a comparison."""

    face: Face | None
    quality: Quality | None

    enhanced: DerivedImage | None
    """None unless it was asked for and the scene's policy had the face enhanced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The most prominent faces of two pictures."""

    decision: Decision

    similarity: float | None
    """None if one of the pictures shows no face."""

    first: ComparedFace
    second: ComparedFace
