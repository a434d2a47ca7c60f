"""Review items and judgements."""

from collections.abc import Sequence
from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from faces.review import (
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    Opinion,
    Principal,
    Review,
    ReviewState,
)
from gateway.codec.decisions import encode_candidates
from gateway.codec.enhanced import encode_image
from gateway.reviewing.reviewing import Viewed
from sureface.investigation.v1 import investigation_pb2 as pb
from sureface.type.v1 import face_pb2

_MAX_GROUNDS = 32

_FEATURES = {pb.FacialFeature.Value(f"FACIAL_FEATURE_{each.name}"): each for each in Feature}
_FINDINGS = {pb.Finding.Value(f"FINDING_{each.name}"): each for each in Finding}


def encode_review(review: Review, *, candidates: bool = False) -> pb.Review:
    """A review item without who judged it, or how.

    Args:
        review: The item.
        candidates: Whether they are told although somebody still has to judge: to whoever has
            looked at the raw picture.
    """
    told = candidates or not review.state.waits
    return pb.Review(
        review_id=review.review_id,
        decision_id=review.decision_id,
        scene=review.scene,
        case_id=review.case_id,
        camera_id=review.camera_id,
        job_id=review.job_id,
        track_rank=review.track_rank,
        collection_id=review.collection_id,
        candidates=encode_candidates(review.candidates) if told else (),
        state=pb.ReviewState.Value(f"REVIEW_STATE_{review.state.name}"),
        needed_reviewer_count=review.needed,
        judged_reviewer_count=review.told_count,
        create_time=encode_moment(review.create_time),
        confirmed_person_id=review.confirmed,
        actionable=review.state is ReviewState.CONFIRMED,
    )


def encode_raw(viewed: Viewed) -> pb.OpenReviewResponse:
    """What a reviewer sees first."""
    probe = viewed.review.probe
    box = dict(zip(("x_min", "y_min", "x_max", "y_max"), probe.box or (), strict=False))
    return pb.OpenReviewResponse(
        review=encode_review(viewed.review),
        probe=face_pb2.Image(data=viewed.shown.probe),
        box=face_pb2.Box(**box) if box else None,
        image_sha256=probe.image_sha256,
        quality=probe.quality or 0.0,
        occlusion=probe.occlusion,
    )


def encode_rest(viewed: Viewed) -> pb.OpenReviewCandidatesResponse:
    """What a reviewer sees second."""
    return pb.OpenReviewCandidatesResponse(
        review=encode_review(viewed.review, candidates=True),
        reference=encode_reference(viewed.shown.reference),
        enhanced=encode_image(viewed.shown.enhanced),
    )


def encode_reference(reference: bytes) -> face_pb2.Image | None:
    """A photo that came with a probe; absent if none did."""
    return face_pb2.Image(data=reference) if reference else None


def encode_findings(findings: Sequence[FeatureFinding]) -> list[pb.FeatureFinding]:
    """What a judgement rests on."""
    return [
        pb.FeatureFinding(
            feature=pb.FacialFeature.Value(f"FACIAL_FEATURE_{each.feature.name}"),
            finding=pb.Finding.Value(f"FINDING_{each.finding.name}"),
        )
        for each in findings
    ]


def encode_moment(moment: datetime) -> Timestamp:
    """A point in time."""
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def decode_opinion(
    request: pb.SubmitReviewRequest, reviewer: Principal, *, now: datetime
) -> Opinion:
    """A judgement.

    Raises:
        FieldMissing, FieldInvalid: Part of it is not there, or nothing that this version knows.
    """
    if len(request.grounds) > _MAX_GROUNDS:
        raise FieldInvalid(field="grounds", rule=f"must have at most {_MAX_GROUNDS} notes")
    if request.person_id:
        fields.person_id(request.person_id)
    return Opinion(
        reviewer=reviewer,
        judgement=_decode_judgement(request.judgement),
        time=now,
        person_id=request.person_id,
        findings=tuple(map(_decode_finding, request.findings)),
        grounds=tuple(fields.words(text, "grounds", limit=256) for text in request.grounds),
    )


def decode_state(state: pb.ReviewState.ValueType) -> ReviewState | None:
    """A filter; None means all.

    Raises:
        FieldInvalid: A value that this version does not know.
    """
    if state == pb.REVIEW_STATE_UNSPECIFIED:
        return None
    try:
        return ReviewState[pb.ReviewState.Name(state).removeprefix("REVIEW_STATE_")]
    except ValueError:
        raise FieldInvalid(field="state", rule="is no known state") from None


def _decode_judgement(judgement: pb.Judgement.ValueType) -> Judgement:
    if judgement == pb.JUDGEMENT_UNSPECIFIED:
        raise FieldMissing(field="judgement")
    try:
        return Judgement[pb.Judgement.Name(judgement).removeprefix("JUDGEMENT_")]
    except ValueError:
        raise FieldInvalid(field="judgement", rule="is no known judgement") from None


def _decode_finding(message: pb.FeatureFinding) -> FeatureFinding:
    feature, finding = _FEATURES.get(message.feature), _FINDINGS.get(message.finding)
    if feature is None or finding is None:
        raise FieldInvalid(field="findings", rule="must have a known feature and a known finding")
    return FeatureFinding(feature, finding)
