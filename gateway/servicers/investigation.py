"""sureface.investigation.v1 over gRPC."""

from faces import fields
from gateway.cases.reading import Cases
from gateway.codec.decisions import encode_candidates, encode_decision
from gateway.codec.enhanced import encode_image
from gateway.codec.faces import decode_image, encode_if_seen, encode_judged
from gateway.codec.filters import decode_only
from gateway.codec.occlusion import encode_occlusion
from gateway.investigation import Investigation
from gateway.jobs.desk import Desk
from gateway.records.reviews import Reviews
from gateway.reviewing.reviewing import Reviewing
from gateway.reviewing.tracks import TrackReviews
from gateway.sample import Sample
from gateway.servicers.jobs import JobCalls, case_of
from gateway.servicers.reviews import ReviewCalls
from meshkit.rpc import Context
from sureface.investigation.v1 import investigation_pb2 as pb

_MAX_CANDIDATES = 100
_DEFAULT_CANDIDATES = 10


class InvestigationServicer(JobCalls, ReviewCalls):
    """Implements sureface.investigation.v1.InvestigationService."""

    def __init__(
        self,
        investigation: Investigation,
        *,
        desk: Desk,
        tracks: TrackReviews,
        reviewing: Reviewing,
        cases: Cases,
        reviews: Reviews,
    ) -> None:
        JobCalls.__init__(self, desk, tracks)
        ReviewCalls.__init__(self, reviewing, cases, reviews)
        self._investigation = investigation

    async def Search(self, request: pb.SearchRequest, context: Context) -> pb.SearchResponse:
        fields.within(request.limit, "limit", low=0, high=_MAX_CANDIDATES)
        found = await self._investigation.search(
            request.scene,
            decode_image(request.probe, "probe", present=request.HasField("probe")),
            collection_id=fields.collection_id(request.collection_id),
            case=case_of(request),
            limit=request.limit or _DEFAULT_CANDIDATES,
            camera_id=fields.camera_id(request.camera_id),
            only=decode_only(request.filter, present=request.HasField("filter")),
        )
        judged = found.sample.judged
        return pb.SearchResponse(
            decision=encode_decision(found.decision),
            candidates=encode_candidates(found.candidates),
            face=encode_if_seen(found.sample.face),
            quality=encode_judged(judged),
            review_id=found.decision.review_id,
            occlusion=encode_occlusion(judged.occlusion) if judged else None,
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
            first=_side(compared.first, images=request.enhanced),
            second=_side(compared.second, images=request.enhanced),
        )


def _side(sample: Sample, *, images: bool) -> pb.ComparedFace:
    derived = sample.enhanced.derived if sample.enhanced and images else None
    return pb.ComparedFace(
        face=encode_if_seen(sample.face),
        quality=encode_judged(sample.judged),
        enhanced=encode_image(derived),
    )
