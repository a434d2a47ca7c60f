"""Calls of `sureface.investigation.v1.InvestigationService` in which people judge."""

from collections.abc import Sequence

from client.calls.prepared import Listing, Prepared, fresh, prepare
from client.codec import case as case_codec
from client.codec import review as codec
from client.types import (
    Case,
    FeatureFinding,
    Judgement,
    OpenedReview,
    Review,
    ReviewCandidates,
    ReviewState,
)
from sureface.investigation.v1 import investigation_pb2 as pb


def list_reviews(
    *,
    case_id: str = "",
    camera_id: str = "",
    state: ReviewState | None = None,
    page_size: int = 0,
) -> Listing[Review]:
    """List review items, the oldest first. `state` None means any."""
    wire_state = codec.wire_state(state)
    return Listing(
        lambda token: prepare(
            pb.ListReviewsRequest(
                case_id=case_id,
                camera_id=camera_id,
                state=wire_state,
                page_size=page_size,
                page_token=token,
            ),
            pb.ListReviewsResponse,
            codec.reviews,
        )
    )


def open_review(*, review_id: str, reviewer_id: str) -> Prepared[OpenedReview]:
    """Look at the probe of a review item as it was sent. That somebody does is on record."""
    request = pb.OpenReviewRequest(review_id=review_id, reviewer_id=reviewer_id)
    return prepare(request, pb.OpenReviewResponse, codec.opened)


def open_review_candidates(*, review_id: str, reviewer_id: str) -> Prepared[ReviewCandidates]:
    """Look at whom the probe resembles. The raw picture comes first: `open_review`."""
    request = pb.OpenReviewCandidatesRequest(review_id=review_id, reviewer_id=reviewer_id)
    return prepare(request, pb.OpenReviewCandidatesResponse, codec.candidates)


def submit_review(
    *,
    review_id: str,
    reviewer_id: str,
    judgement: Judgement,
    findings: Sequence[FeatureFinding],
    person_id: str = "",
    grounds: Sequence[str] = (),
    request_id: str | None = None,
) -> Prepared[Review]:
    """Record one person's judgement of a review item that they have looked at.

    `findings` say what it rests on, `grounds` the same in the reviewer's words.
    """
    request = pb.SubmitReviewRequest(
        request_id=fresh(request_id),
        review_id=review_id,
        reviewer_id=reviewer_id,
        judgement=codec.wire_judgement(judgement),
        person_id=person_id,
        findings=codec.wire_findings(findings),
        grounds=grounds,
    )
    return prepare(request, pb.SubmitReviewResponse, lambda answer: codec.review(answer.review))


def get_case(*, case_id: str, reader_id: str, images: bool = False) -> Prepared[Case]:
    """Read all that is on record of a case. That somebody does is on record, too."""
    request = pb.GetCaseRequest(case_id=case_id, reader_id=reader_id, images=images)
    return prepare(request, pb.GetCaseResponse, case_codec.case)
