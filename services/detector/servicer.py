"""The gRPC face of the detector: decode, ask, encode. No decision is made here."""

from typing_extensions import override

from meshkit.models.registry import ModelFile
from meshkit.rpc import Context
from services.detector import codec
from services.detector.config import Config
from services.detector.detector import Detector
from sureface.detector.v1 import detector_pb2 as pb
from sureface.detector.v1 import detector_pb2_grpc as rpc


class DetectorServicer(rpc.DetectorServiceServicer):
    """Implements sureface.detector.v1.DetectorService."""

    def __init__(
        self,
        detector: Detector,
        *,
        model: ModelFile,
        config: Config,
        liveness: ModelFile | None = None,
    ) -> None:
        self._detector = detector
        self._model = model
        self._config = config
        self._liveness = liveness

    @override
    async def DetectFaces(
        self, request: pb.DetectFacesRequest, context: Context
    ) -> pb.DetectFacesResponse:
        query = codec.decode_query(request, min_score=self._config.min_score)
        findings = await self._detector.detect(request.image.data, query)
        return codec.encode_findings(findings)

    @override
    async def DescribeModel(
        self, request: pb.DescribeModelRequest, context: Context
    ) -> pb.DescribeModelResponse:
        return pb.DescribeModelResponse(
            model=self._model.name,
            sha256=self._model.sha256,
            provider=self._config.provider,
            liveness_model=self._liveness.name if self._liveness else "",
            liveness_sha256=self._liveness.sha256 if self._liveness else "",
        )
