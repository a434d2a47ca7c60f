"""sureface.analysis.v1 over gRPC."""

from faces import fields
from gateway.analysis import Analysis, Extracted, Wanted
from gateway.codec.enhanced import encode_image
from gateway.codec.faces import decode_image, encode_face, encode_quality
from gateway.codec.measures import encode_measure
from gateway.codec.occlusion import encode_occlusion
from meshkit.rpc import Context
from sureface.analysis.v1 import analysis_pb2 as pb
from sureface.analysis.v1 import analysis_pb2_grpc as rpc

_MAX_DETECTED = 100
_MAX_EXTRACTED = 64


class AnalysisServicer(rpc.AnalysisServiceServicer):
    """Implements sureface.analysis.v1.AnalysisService."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis

    async def DetectFaces(
        self, request: pb.DetectFacesRequest, context: Context
    ) -> pb.DetectFacesResponse:
        image = decode_image(request.image, "image", present=request.HasField("image"))
        fields.within(request.max_faces, "max_faces", low=0, high=_MAX_DETECTED)
        seen = await self._analysis.detect(image, limit=request.max_faces)
        return pb.DetectFacesResponse(
            faces=[encode_face(found.face) for found in seen.faces],
            width_px=seen.width_px,
            height_px=seen.height_px,
        )

    async def Extract(self, request: pb.ExtractRequest, context: Context) -> pb.ExtractResponse:
        image = decode_image(request.image, "image", present=request.HasField("image"))
        fields.within(request.max_faces, "max_faces", low=0, high=_MAX_EXTRACTED)
        extraction = await self._analysis.extract(
            image,
            Wanted(
                limit=request.max_faces or _MAX_EXTRACTED,
                expected_contract=request.expected_contract_id,
                measures=request.measures,
                enhanced=request.enhanced,
                camera_id=fields.camera_id(request.camera_id),
            ),
        )
        return pb.ExtractResponse(
            faces=map(_extracted, extraction.faces),
            contract_id=extraction.contract_id,
            width_px=extraction.width_px,
            height_px=extraction.height_px,
            degradations=extraction.degradations,
        )


def _extracted(extracted: Extracted) -> pb.ExtractedFace:
    return pb.ExtractedFace(
        face=encode_face(extracted.face),
        vector=extracted.judged.vector.tolist(),
        quality=encode_quality(extracted.judged.quality),
        occlusion=encode_occlusion(extracted.judged.occlusion),
        advices=extracted.advices,
        measures=map(encode_measure, extracted.measures),
        enhanced=encode_image(extracted.derived),
    )
