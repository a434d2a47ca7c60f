"""Review items and judgements, to the wire and back."""

from client.codec.decision import candidate
from client.codec.wire import known, moment
from client.types.review import Judgement, Review, ReviewState
from faces.errors import FieldInvalid
from faces.paging import Page
from sureface.investigation.v1 import investigation_pb2 as pb


def review(message: pb.Review) -> Review:
    """One item."""
    return Review(
        review_id=message.review_id,
        decision_id=message.decision_id,
        case_id=message.case_id,
        collection_id=message.collection_id,
        candidates=tuple(candidate(c) for c in message.candidates),
        state=known(ReviewState, pb.ReviewState.DESCRIPTOR, message.state) or ReviewState.OTHER,
        needed_reviewer_count=message.needed_reviewer_count,
        judged_reviewer_count=message.judged_reviewer_count,
        confirmed_person_id=message.confirmed_person_id,
        create_time=moment(message.create_time),
    )


def reviews(message: pb.ListReviewsResponse) -> Page[Review]:
    """One page of items."""
    return Page([review(r) for r in message.reviews], message.next_page_token)


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
