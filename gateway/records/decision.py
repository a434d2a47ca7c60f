"""One decision: what was asked, what was seen, which rule fired."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from faces.calibration import AcceptLine
from faces.decision import Candidate, Conclusion, names_somebody
from faces.rules import Rule
from faces.tracking import Basis
from gateway.calibrations.recording import recorded
from gateway.enhancing import Enhanced
from gateway.sample import Sample

_ON_THE_LINE = {Rule.BELOW_ACCEPT, Rule.MARGIN, Rule.REVIEWERS, Rule.ACCEPT}
"""Rules that are tried where the line for a match counts."""

_REVIEWS = uuid.UUID("0f6c9f4e-2b0b-4c36-8d3d-8f0f6a1c5b72")
"""Name space of review items: the log names an item before there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A conclusion with everything that the rules saw. Never pixels, vectors or names."""

    call: str
    """The public call, for example ``Identify``."""

    scene: str
    policy_version: str
    conclusion: Conclusion
    samples: Sequence[Sample]
    """Of every picture that was judged, in the order of the request."""

    candidates: Sequence[Candidate] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    """What the caller said of it: camera, collection, case, purpose, operator."""

    raw_similarity: float | None = None
    """What the best similarity is without enhancement; None if there was none, or nobody."""

    line: AcceptLine | None = None
    """Where a match begins; None if nothing was compared."""

    calibration: str = ""
    """Version of the one by which candidates were weighed; empty if by none."""

    reviewers: int = 0
    """How many people must confirm a hit in this scene."""

    basis: Basis | None = None
    """What the track of a stream had come to; None for other calls."""

    decision_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def contract_id(self) -> str:
        """The space of the vectors involved; empty without any."""
        return next((sample.contract_id for sample in self.samples if sample.contract_id), "")

    @property
    def enhanced(self) -> bool:
        """Whether a derived picture had a part in what was compared."""
        return any(sample.derived for sample in self.samples)

    @property
    def degradations(self) -> list[str]:
        """What the scene would have used and did not get."""
        missing = {s.enhancement.value for s in self.samples if s.enhancement.degraded}
        if self.line and self.line.trouble and self.conclusion.rule in _ON_THE_LINE:
            missing.add(self.line.trouble.value)
        return sorted(missing)

    @property
    def needed_reviewers(self) -> int:
        """How many people must confirm before anybody acts on it; 0 if none need to."""
        hit = names_somebody(self.conclusion.verdict, self.candidates)
        return self.reviewers if hit else 0

    @property
    def review_id(self) -> str:
        """The review item in which they do, whatever the call; empty if none need to."""
        return review_id_of(self.decision_id) if self.needed_reviewers else ""

    def record(self) -> dict[str, object]:
        """The decision as a line of the log."""
        return {
            "kind": "decision",
            "decision_id": self.decision_id,
            "time": self.time.isoformat(),
            "call": self.call,
            "scene": self.scene,
            "policy_version": self.policy_version,
            "contract_id": self.contract_id,
            "verdict": self.conclusion.verdict.value,
            "rule": self.conclusion.rule.value,
            "reason": self.conclusion.reason,
            "degradations": self.degradations,
            "enhanced": self.enhanced,
            "raw_similarity": self.raw_similarity,
            "accept_line": recorded(self.line) if self.line else None,
            "calibration": self.calibration or None,
            "needed_reviewers": self.needed_reviewers,
            "review_id": self.review_id,
            "track": asdict(self.basis) if self.basis else None,
            "samples": [_seen(sample) for sample in self.samples],
            "candidates": [
                {
                    "person_id": candidate.person_id,
                    "similarity": candidate.similarity,
                    "template_id": candidate.template_id,
                    "template_quality": candidate.template_quality,
                    "log_likelihood_ratio": candidate.log_likelihood_ratio,
                }
                for candidate in self.candidates
            ],
            **self.context,
        }


def review_id_of(decision_id: str) -> str:
    """The review item of a hit: the log names it before it is there."""
    return str(uuid.uuid5(_REVIEWS, decision_id))


def _seen(sample: Sample) -> dict[str, object]:
    """Every score of a sample that the rules saw, unrounded: rules are replayed on them."""
    seen: dict[str, object] = {
        "image_sha256": sample.image_sha256,
        "faces": sample.found,
        "detected": sample.detected,
        "other_detection_scores": list(sample.others),
        "enhancement": sample.enhancement.value,
        "refused_by": sample.refusal.rule.value if sample.refusal else None,
    }
    if sample.face:
        seen |= {
            "detection_score": sample.face.detection_score,
            "inter_eye_px": sample.face.inter_eye_px,
            "yaw_deg": sample.face.pose.yaw_deg,
            "pitch_deg": sample.face.pose.pitch_deg,
            "liveness": sample.face.liveness,
        }
    if sample.judged:
        covered = sample.judged.occlusion
        seen |= {
            "quality": sample.judged.quality.score,
            "magnitude": round(sample.judged.quality.magnitude, 3),
            "occlusion": covered.share if covered else None,
            "covered": list(covered.regions) if covered else [],
        }
    if sample.conditions:
        seen["conditions"] = asdict(sample.conditions)
    if sample.enhanced:
        seen["enhanced"] = _made(sample.enhanced, used=sample.derived)
    return seen


def _made(enhanced: Enhanced, *, used: bool) -> dict[str, object]:
    """What an enhancer did to a sample, and whether any of it was compared."""
    derived, fusion, raw = enhanced.derived, enhanced.fusion, enhanced.raw
    made: dict[str, object] = {
        "derived": True,
        "used": used,
        "operations": list(derived.operations),
        "noise_sigma": round(derived.noise_sigma, 1),
        "raw_quality": raw.quality.score,
        "raw_magnitude": round(raw.quality.magnitude, 3),
        "raw_occlusion": raw.occlusion.share if raw.occlusion else None,
        "raw_covered": list(raw.occlusion.regions) if raw.occlusion else [],
    }
    if fusion:
        made |= {
            "enhanced_quality": round(fusion.enhanced_quality, 3),
            "gate": round(fusion.gate, 3),
            "raw_enhanced_similarity": fusion.similarity,
            "raw_fused_similarity": round(fusion.fused_similarity, 4),
        }
    return made
