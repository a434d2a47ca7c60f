"""The gRPC face of the embedder: check, decode, ask, encode. No decision is made here."""

from faces.contract import require_contract
from meshkit.rpc import Context
from services.embedder import codec
from services.embedder.config import MAX_CROPS
from services.embedder.embedder import Embedder
from services.embedder.model import Model
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1 import embedder_pb2_grpc as rpc


class EmbedderServicer(rpc.EmbedderServiceServicer):
    """Implements sureface.embedder.v1.EmbedderService."""

    def __init__(self, model: Model, embedder: Embedder) -> None:
        self._model = model
        self._embedder = embedder
        self._fuses = embedder.gate is not None

    async def EmbedCrops(
        self, request: pb.EmbedCropsRequest, context: Context
    ) -> pb.EmbedCropsResponse:
        require_contract(request.expected_contract_id, served=self._model.contract_id)
        pictures = codec.decode_pictures(
            request, limit=MAX_CROPS, model=self._model, fuses=self._fuses
        )
        embedded = await self._embedder.embed(pictures)
        return pb.EmbedCropsResponse(
            crops=map(codec.encode_crop, embedded), contract_id=self._model.contract_id
        )

    async def DescribeModel(
        self, request: pb.DescribeModelRequest, context: Context
    ) -> pb.DescribeModelResponse:
        return codec.encode_model(self._model, self._embedder.gate)
