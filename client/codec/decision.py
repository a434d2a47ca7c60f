"""Decodes decisions and what they rest on."""

from client.codec import face as faces_
from client.codec.wire import known, moment, number, stamp
from client.types.decision import (
    Candidate,
    ComparedFace,
    Comparison,
    Decision,
    Identification,
    SearchOnly,
    SearchResult,
    Verification,
)
from client.types.face import Face, Quality
from faces.policy import Verdict
from faces.rules import Rule
from sureface.access.v1 import access_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.gallery.v1 import gallery_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.type.v1 import decision_pb2 as pb

Judged = (
    access_pb2.VerifyResponse
    | access_pb2.IdentifyResponse
    | access_pb2.IdentifyStreamResponse
    | investigation_pb2.SearchResponse
    | investigation_pb2.ComparedFace
    | enrollment_pb2.PhotoOutcome
)
"""Messages with a face and its quality, each of which may be absent."""


def verdict(value: int) -> Verdict:
    """A verdict; one that is newer than this client is for people, as the proto says."""
    return known(Verdict, pb.Verdict.DESCRIPTOR, value) or Verdict.REVIEW


def rule(value: int) -> Rule | None:
    """A rule; None if it is newer than this client."""
    return known(Rule, pb.Rule.DESCRIPTOR, value)


def decision(message: pb.Decision) -> Decision:
    """One decision."""
    return Decision(
        decision_id=message.decision_id,
        verdict=verdict(message.verdict),
        rule=rule(message.rule),
        reason=message.reason,
        advices=tuple(message.advices),
        scene=message.scene,
        policy_version=message.policy_version,
        contract_id=message.contract_id,
        degradations=tuple(message.degradations),
        decide_time=moment(message.decide_time),
        enhanced=message.enhanced,
        raw_similarity=number(message.raw_similarity)
        if message.HasField("raw_similarity")
        else None,
        needed_reviewer_count=message.needed_reviewer_count,
        review_id=message.review_id,
    )


def candidate(message: pb.Candidate) -> Candidate:
    """One candidate."""
    return Candidate(
        person_id=message.person_id,
        similarity=number(message.similarity),
        template_id=message.template_id,
        template_quality=number(message.template_quality),
        rank=message.rank,
        log_likelihood_ratio=message.log_likelihood_ratio
        if message.HasField("log_likelihood_ratio")
        else None,
    )


def verification(message: access_pb2.VerifyResponse) -> Verification:
    """The answer of Verify."""
    return Verification(
        decision=decision(message.decision),
        similarity=number(message.similarity) if message.HasField("similarity") else None,
        face=seen(message),
        quality=judged(message),
        photo_similarities=tuple(number(each) for each in message.photo_similarities),
    )


def identification(message: access_pb2.IdentifyResponse) -> Identification:
    """The answer of Identify."""
    return Identification(
        decision=decision(message.decision),
        candidate=candidate(message.candidate) if message.HasField("candidate") else None,
        face=seen(message),
        quality=judged(message),
    )


def search_result(message: investigation_pb2.SearchResponse) -> SearchResult:
    """The answer of Search."""
    return SearchResult(
        decision=decision(message.decision),
        candidates=tuple(candidate(c) for c in message.candidates),
        face=seen(message),
        quality=judged(message),
        occlusion=faces_.occlusion(message.occlusion) if message.HasField("occlusion") else None,
        review_id=message.review_id,
    )


def wire_only(only: SearchOnly) -> gallery_pb2.SearchFilter:
    """Which templates a search may see."""
    return gallery_pb2.SearchFilter(
        group=only.group,
        person_labels=only.person_labels,
        template_labels=only.template_labels,
        start_time=stamp(only.since) if only.since else None,
        end_time=stamp(only.until) if only.until else None,
    )


def comparison(message: investigation_pb2.CompareResponse) -> Comparison:
    """The answer of Compare."""
    return Comparison(
        decision=decision(message.decision),
        similarity=number(message.similarity) if message.HasField("similarity") else None,
        first=_compared(message.first),
        second=_compared(message.second),
    )


def _compared(message: investigation_pb2.ComparedFace) -> ComparedFace:
    return ComparedFace(
        face=seen(message),
        quality=judged(message),
        enhanced=faces_.derived(message.enhanced) if message.HasField("enhanced") else None,
    )


def seen(message: Judged) -> Face | None:
    """The face of a message that may have none."""
    return faces_.face(message.face) if message.HasField("face") else None


def judged(message: Judged) -> Quality | None:
    """The quality of a message that may have none."""
    return faces_.quality(message.quality) if message.HasField("quality") else None
