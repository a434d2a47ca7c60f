"""The gRPC face of the embedder: check, decode, ask, encode. No decision is made here."""

from faces.contract import require_contract
from meshkit.batcher import Batcher
from meshkit.rpc import Context
from services.embedder import codec
from services.embedder.config import MAX_CROPS
from services.embedder.model import Crop, Embedded, Model
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1 import embedder_pb2_grpc as rpc


class EmbedderServicer(rpc.EmbedderServiceServicer):
    """Implements sureface.embedder.v1.EmbedderService."""

    def __init__(self, model: Model, batcher: Batcher[Crop, Embedded]) -> None:
        self._model = model
        self._batcher = batcher

    async def EmbedCrops(
        self, request: pb.EmbedCropsRequest, context: Context
    ) -> pb.EmbedCropsResponse:
        require_contract(request.expected_contract_id, served=self._model.contract_id)
        crops = codec.decode_crops(request.crops, limit=MAX_CROPS, model=self._model.name)
        embedded = await self._batcher.submit(crops)
        return pb.EmbedCropsResponse(
            crops=map(codec.encode_crop, embedded), contract_id=self._model.contract_id
        )

    async def DescribeModel(
        self, request: pb.DescribeModelRequest, context: Context
    ) -> pb.DescribeModelResponse:
        return codec.encode_model(self._model)
