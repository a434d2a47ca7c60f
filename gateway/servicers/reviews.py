"""The part of sureface.investigation.v1 in which people judge."""

import hashlib
from datetime import UTC, datetime

from faces import fields, paging
from faces.review import Review
from gateway.cases.reading import Cases
from gateway.codec.cases import encode_case
from gateway.codec.reviews import (
    decode_opinion,
    decode_state,
    encode_raw,
    encode_rest,
    encode_review,
)
from gateway.identity.asking import in_reach
from gateway.records.reviews import Reviews
from gateway.reviewing.principals import oneself
from gateway.reviewing.reviewing import Reviewing
from meshkit.rpc import Context
from sureface.investigation.v1 import investigation_pb2 as pb
from sureface.investigation.v1.investigation_pb2_grpc import InvestigationServiceServicer


class ReviewCalls(InvestigationServiceServicer):
    """Implements the calls about review items and cases."""

    def __init__(self, reviewing: Reviewing, cases: Cases, reviews: Reviews) -> None:
        self._reviewing = reviewing
        self._cases = cases
        self._reviews = reviews

    async def ListReviews(
        self, request: pb.ListReviewsRequest, context: Context
    ) -> pb.ListReviewsResponse:
        found = await self._reviews.list(
            case_id=request.case_id,
            camera_id=request.camera_id,
            state=decode_state(request.state),
            after=paging.number_of(request.page_token),
            size=paging.size_of(request.page_size),
        )
        return pb.ListReviewsResponse(
            reviews=map(encode_review, filter(_in_reach, found.items)),
            next_page_token=found.next_token,
        )

    async def OpenReview(
        self, request: pb.OpenReviewRequest, context: Context
    ) -> pb.OpenReviewResponse:
        viewed = await self._reviewing.open_raw(
            fields.words(request.review_id, "review_id", limit=64),
            oneself(fields.staff_id(request.reviewer_id, "reviewer_id"), "reviewer_id"),
        )
        return encode_raw(viewed)

    async def OpenReviewCandidates(
        self, request: pb.OpenReviewCandidatesRequest, context: Context
    ) -> pb.OpenReviewCandidatesResponse:
        viewed = await self._reviewing.open_candidates(
            fields.words(request.review_id, "review_id", limit=64),
            oneself(fields.staff_id(request.reviewer_id, "reviewer_id"), "reviewer_id"),
        )
        return encode_rest(viewed)

    async def SubmitReview(
        self, request: pb.SubmitReviewRequest, context: Context
    ) -> pb.SubmitReviewResponse:
        reviewer = oneself(fields.staff_id(request.reviewer_id, "reviewer_id"), "reviewer_id")
        review = await self._reviewing.judge(
            fields.words(request.review_id, "review_id", limit=64),
            decode_opinion(request, reviewer, now=datetime.now(UTC)),
            request_id=fields.request_id(request.request_id),
            fingerprint=hashlib.sha256(request.SerializeToString(deterministic=True)).digest(),
        )
        return pb.SubmitReviewResponse(review=encode_review(review))

    async def GetCase(self, request: pb.GetCaseRequest, context: Context) -> pb.GetCaseResponse:
        found = await self._cases.read(
            fields.words(request.case_id, "case_id", limit=128),
            reader=oneself(fields.staff_id(request.reader_id, "reader_id"), "reader_id"),
            images=request.images,
        )
        return encode_case(found)


def _in_reach(review: Review) -> bool:
    return in_reach(collection_id=review.collection_id, scene=review.scene)
