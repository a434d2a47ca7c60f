"""Decisions and candidates."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from faces.decision import Candidate, names_somebody
from faces.policy import Verdict
from faces.rules import Rule
from gateway.records.decision import Decision
from sureface.type.v1 import decision_pb2 as pb


def encode_verdict(verdict: Verdict) -> pb.Verdict.ValueType:
    """A verdict; names are equal by a test."""
    return pb.Verdict.Value(f"VERDICT_{verdict.name}")


def encode_rule(rule: Rule) -> pb.Rule.ValueType:
    """A rule; names are equal by a test."""
    return pb.Rule.Value(f"RULE_{rule.name}")


def encode_decision(decision: Decision) -> pb.Decision:
    """A decision as it stands in the log."""
    time = Timestamp()
    time.FromDatetime(decision.time)
    return pb.Decision(
        decision_id=decision.decision_id,
        verdict=encode_verdict(decision.conclusion.verdict),
        rule=encode_rule(decision.conclusion.rule),
        reason=decision.conclusion.reason,
        advices=decision.conclusion.advices,
        scene=decision.scene,
        policy_version=decision.policy_version,
        contract_id=decision.contract_id,
        degradations=decision.degradations,
        decide_time=time,
        enhanced=decision.enhanced,
        raw_similarity=decision.raw_similarity,
        needed_reviewer_count=decision.needed_reviewers,
        review_id=decision.review_id,
    )


def encode_candidate(candidate: Candidate, rank: int) -> pb.Candidate:
    """One line of a rank list."""
    return pb.Candidate(
        person_id=candidate.person_id,
        similarity=candidate.similarity,
        template_id=candidate.template_id,
        template_quality=candidate.template_quality,
        rank=rank,
        log_likelihood_ratio=candidate.log_likelihood_ratio,
    )


def encode_candidates(candidates: Sequence[Candidate]) -> list[pb.Candidate]:
    """A rank list, best first."""
    return [encode_candidate(candidate, rank) for rank, candidate in enumerate(candidates, 1)]


def encode_named(decision: Decision, candidates: Sequence[Candidate]) -> pb.Candidate | None:
    """The best candidate, if the verdict is about somebody."""
    if not names_somebody(decision.conclusion.verdict, candidates):
        return None
    return encode_candidate(candidates[0], 1)
