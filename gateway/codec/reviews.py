"""Review items and judgements."""

from google.protobuf.timestamp_pb2 import Timestamp

from faces.errors import FieldInvalid, FieldMissing
from faces.review import Judgement, Review, ReviewState
from gateway.codec.decisions import encode_candidates
from sureface.investigation.v1 import investigation_pb2 as pb


def encode_review(review: Review) -> pb.Review:
    """A review item without who judged it, or how: reviewers stay blind."""
    created = Timestamp()
    created.FromDatetime(review.create_time)
    return pb.Review(
        review_id=review.review_id,
        decision_id=review.decision_id,
        case_id=review.case_id,
        collection_id=review.collection_id,
        candidates=encode_candidates(review.candidates),
        state=pb.ReviewState.Value(f"REVIEW_STATE_{review.state.name}"),
        needed_reviewer_count=review.needed,
        judged_reviewer_count=len(review.opinions),
        create_time=created,
        confirmed_person_id=review.confirmed,
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


def decode_judgement(judgement: pb.Judgement.ValueType) -> Judgement:
    """A judgement.

    Raises:
        FieldMissing: It is not set.
        FieldInvalid: A value that this version does not know.
    """
    if judgement == pb.JUDGEMENT_UNSPECIFIED:
        raise FieldMissing(field="judgement")
    try:
        return Judgement[pb.Judgement.Name(judgement).removeprefix("JUDGEMENT_")]
    except ValueError:
        raise FieldInvalid(field="judgement", rule="is no known judgement") from None
