"""Calls of `sureface.investigation.v1.InvestigationService`."""

from collections.abc import Sequence

from client.calls.prepared import Listing, Prepared, fresh, prepare
from client.codec import decision as codec
from client.codec import review as review_codec
from client.codec.wire import image
from client.types import Comparison, Judgement, Picture, Review, ReviewState, SearchResult
from sureface.investigation.v1 import investigation_pb2 as pb


def search(
    *,
    scene: str,
    probe: Picture,
    collection_id: str,
    case_id: str,
    purpose: str,
    operator_id: str,
    limit: int = 0,
    camera_id: str = "",
) -> Prepared[SearchResult]:
    """Rank the persons of a collection by similarity. `limit` 0 means 10, at most 100."""
    request = pb.SearchRequest(
        scene=scene,
        probe=image(probe),
        collection_id=collection_id,
        case_id=case_id,
        purpose=purpose,
        operator_id=operator_id,
        limit=limit,
        camera_id=camera_id,
    )
    return prepare(request, pb.SearchResponse, codec.search_result)


def compare(
    *,
    scene: str,
    first: Picture,
    second: Picture,
    enhanced: bool = False,
    first_camera_id: str = "",
    second_camera_id: str = "",
) -> Prepared[Comparison]:
    """Compare the most prominent faces of two pictures.

    With `enhanced`, what the scene's policy had an enhancer make of them comes along, for people
    to look at.
    """
    request = pb.CompareRequest(
        scene=scene,
        first=image(first),
        second=image(second),
        enhanced=enhanced,
        first_camera_id=first_camera_id,
        second_camera_id=second_camera_id,
    )
    return prepare(request, pb.CompareResponse, codec.comparison)


def list_reviews(
    *, case_id: str = "", state: ReviewState | None = None, page_size: int = 0
) -> Listing[Review]:
    """List review items, the oldest first. `state` None means any."""
    wire_state = review_codec.wire_state(state)
    return Listing(
        lambda token: prepare(
            pb.ListReviewsRequest(
                case_id=case_id, state=wire_state, page_size=page_size, page_token=token
            ),
            pb.ListReviewsResponse,
            review_codec.reviews,
        )
    )


def submit_review(
    *,
    review_id: str,
    reviewer_id: str,
    judgement: Judgement,
    person_id: str = "",
    grounds: Sequence[str] = (),
    request_id: str | None = None,
) -> Prepared[Review]:
    """Record one person's judgement of a review item."""
    request = pb.SubmitReviewRequest(
        request_id=fresh(request_id),
        review_id=review_id,
        reviewer_id=reviewer_id,
        judgement=review_codec.wire_judgement(judgement),
        person_id=person_id,
        grounds=grounds,
    )
    return prepare(
        request, pb.SubmitReviewResponse, lambda answer: review_codec.review(answer.review)
    )
