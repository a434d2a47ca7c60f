"""sureface.investigation.v1 over gRPC."""

import hashlib

from faces import fields, paging
from faces.errors import FieldInvalid
from faces.review import Judgement, Opinion
from gateway.codec.decisions import encode_candidates, encode_decision
from gateway.codec.enhanced import encode_image
from gateway.codec.faces import decode_image, encode_if_seen, encode_judged
from gateway.codec.reviews import decode_judgement, decode_state, encode_review
from gateway.investigation import Case, Investigation
from gateway.records.reviews import Reviews
from gateway.sample import Sample
from gateway.servicers.not_yet import JobsNotYet
from meshkit.rpc import Context
from sureface.investigation.v1 import investigation_pb2 as pb

_MAX_CANDIDATES = 100
_DEFAULT_CANDIDATES = 10
_MAX_GROUNDS = 32


class InvestigationServicer(JobsNotYet):
    """Implements sureface.investigation.v1.InvestigationService but for its jobs."""

    def __init__(self, investigation: Investigation, reviews: Reviews) -> None:
        self._investigation = investigation
        self._reviews = reviews

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        fields.within(request.limit, "limit", low=0, high=_MAX_CANDIDATES)
        found = await self._investigation.search(
            request.scene,
            decode_image(request.probe, "probe", present=request.HasField("probe")),
            collection_id=fields.collection_id(request.collection_id),
            case=Case(
                case_id=fields.words(request.case_id, "case_id", limit=128),
                purpose=fields.words(request.purpose, "purpose", limit=512),
                operator_id=fields.staff_id(request.operator_id, "operator_id"),
            ),
            limit=request.limit or _DEFAULT_CANDIDATES,
            camera_id=fields.camera_id(request.camera_id),
        )
        return pb.SearchResponse(
            decision=encode_decision(found.decision),
            candidates=encode_candidates(found.candidates),
            face=encode_if_seen(found.sample.face),
            quality=encode_judged(found.sample.judged),
            review_id=found.review_id,
        )

    async def Compare(self, request: pb.CompareRequest, context: Context) -> pb.CompareResponse:
        compared = await self._investigation.compare(
            request.scene,
            decode_image(request.first, "first", present=request.HasField("first")),
            decode_image(request.second, "second", present=request.HasField("second")),
            camera_ids=(
                fields.camera_id(request.first_camera_id),
                fields.camera_id(request.second_camera_id),
            ),
            images=request.enhanced,
        )
        return pb.CompareResponse(
            decision=encode_decision(compared.decision),
            similarity=compared.similarity,
            first=_side(compared.first),
            second=_side(compared.second),
        )

    async def ListReviews(
        self, request: pb.ListReviewsRequest, context: Context
    ) -> pb.ListReviewsResponse:
        found = await self._reviews.list(
            case_id=request.case_id,
            state=decode_state(request.state),
            after=paging.number_of(request.page_token),
            size=paging.size_of(request.page_size),
        )
        return pb.ListReviewsResponse(
            reviews=map(encode_review, found.items), next_page_token=found.next_token
        )

    async def SubmitReview(
        self, request: pb.SubmitReviewRequest, context: Context
    ) -> pb.SubmitReviewResponse:
        opinion = _opinion(request)
        review = await self._investigation.judge(
            fields.words(request.review_id, "review_id", limit=64),
            opinion,
            request_id=fields.request_id(request.request_id),
            fingerprint=hashlib.sha256(request.SerializeToString(deterministic=True)).digest(),
        )
        return pb.SubmitReviewResponse(review=encode_review(review))


def _side(sample: Sample) -> pb.ComparedFace:
    return pb.ComparedFace(
        face=encode_if_seen(sample.face),
        quality=encode_judged(sample.judged),
        enhanced=encode_image(sample.enhanced.derived) if sample.enhanced else None,
    )


def _opinion(request: pb.SubmitReviewRequest) -> Opinion:
    judgement = decode_judgement(request.judgement)
    if len(request.grounds) > _MAX_GROUNDS:
        raise FieldInvalid(field="grounds", rule=f"must have at most {_MAX_GROUNDS} notes")
    about = ""
    if judgement is Judgement.SAME_PERSON:
        about = fields.person_id(request.person_id)
    return Opinion(
        reviewer_id=fields.staff_id(request.reviewer_id, "reviewer_id"),
        judgement=judgement,
        person_id=about,
        grounds=tuple(fields.words(text, "grounds", limit=256) for text in request.grounds),
    )
