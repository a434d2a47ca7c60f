"""Review items and judgements, to the wire and back."""

from collections.abc import Iterable

from client.codec.decision import candidate
from client.codec.face import box, derived
from client.codec.wire import known, moment, number
from client.types.review import (
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    OpenedReview,
    Review,
    ReviewCandidates,
    ReviewState,
)
from faces.errors import FieldInvalid
from faces.paging import Page
from sureface.investigation.v1 import investigation_pb2 as pb


def review(message: pb.Review) -> Review:
    """One item."""
    return Review(
        review_id=message.review_id,
        decision_id=message.decision_id,
        scene=message.scene,
        case_id=message.case_id,
        camera_id=message.camera_id,
        collection_id=message.collection_id,
        candidates=tuple(candidate(c) for c in message.candidates),
        state=known(ReviewState, pb.ReviewState.DESCRIPTOR, message.state) or ReviewState.OTHER,
        needed_reviewer_count=message.needed_reviewer_count,
        judged_reviewer_count=message.judged_reviewer_count,
        confirmed_person_id=message.confirmed_person_id,
        create_time=moment(message.create_time),
        actionable=message.actionable,
        job_id=message.job_id,
        track_rank=message.track_rank,
    )


def reviews(message: pb.ListReviewsResponse) -> Page[Review]:
    """One page of items."""
    return Page([review(r) for r in message.reviews], message.next_page_token)


def opened(message: pb.OpenReviewResponse) -> OpenedReview:
    """What a reviewer sees first."""
    return OpenedReview(
        review=review(message.review),
        probe=message.probe.data,
        box=box(message.box) if message.HasField("box") else None,
        image_sha256=message.image_sha256,
        quality=number(message.quality),
        occlusion=number(message.occlusion) if message.HasField("occlusion") else None,
    )


def candidates(message: pb.OpenReviewCandidatesResponse) -> ReviewCandidates:
    """What a reviewer sees second."""
    return ReviewCandidates(
        review=review(message.review),
        reference=message.reference.data,
        enhanced=derived(message.enhanced) if message.HasField("enhanced") else None,
    )


def findings(messages: Iterable[pb.FeatureFinding]) -> tuple[FeatureFinding, ...]:
    """What a judgement rests on; what is newer than this client is left out."""
    read = (
        (
            known(Feature, pb.FacialFeature.DESCRIPTOR, message.feature),
            known(Finding, pb.Finding.DESCRIPTOR, message.finding),
        )
        for message in messages
    )
    return tuple(FeatureFinding(feature, found) for feature, found in read if feature and found)


def wire_findings(given: Iterable[FeatureFinding]) -> list[pb.FeatureFinding]:
    """What a judgement rests on, to submit."""
    return [
        pb.FeatureFinding(
            feature=pb.FacialFeature.Value(f"FACIAL_FEATURE_{each.feature.name}"),
            finding=pb.Finding.Value(f"FINDING_{each.finding.name}"),
        )
        for each in given
    ]


def wire_state(state: ReviewState | None) -> "pb.ReviewState.ValueType":
    """A state to filter by; None means any.

    Raises:
        FieldInvalid: Nobody can ask for OTHER.
    """
    if state is ReviewState.OTHER:
        raise FieldInvalid(field="state", rule="must be one that this client knows")
    return pb.ReviewState.Value(f"REVIEW_STATE_{state.name if state else 'UNSPECIFIED'}")


def wire_judgement(judgement: Judgement) -> "pb.Judgement.ValueType":
    """A judgement to submit."""
    return pb.Judgement.Value(f"JUDGEMENT_{judgement.name}")
