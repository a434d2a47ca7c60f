"""The gRPC face of the enhancer: check, decode, ask, encode. No decision is made here."""

import asyncio
from collections.abc import Sequence

from faces import fields
from meshkit.batcher import Batcher
from meshkit.rpc import Context
from services.enhancer import codec, watermark
from services.enhancer.adapters import Adapters
from services.enhancer.config import MAX_CROPS
from services.enhancer.model import Enhanced, Model, Work
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.enhancer.v1 import enhancer_pb2_grpc as rpc


class EnhancerServicer(rpc.EnhancerServiceServicer):
    """Implements sureface.enhancer.v1.EnhancerService."""

    def __init__(self, model: Model, adapters: Adapters, batcher: Batcher[Work, Enhanced]) -> None:
        self._model = model
        self._adapters = adapters
        self._batcher = batcher

    async def EnhanceCrops(
        self, request: pb.EnhanceCropsRequest, context: Context
    ) -> pb.EnhanceCropsResponse:
        adapter = self._adapters.of(fields.camera_id(request.camera_id))
        work = codec.decode_work(request.crops, adapter, limit=MAX_CROPS)
        enhanced = await self._batcher.submit(work)
        pngs = await _images(enhanced) if request.images else [b""] * len(enhanced)
        return pb.EnhanceCropsResponse(crops=map(codec.encode_crop, work, enhanced, pngs))

    async def DescribeModel(
        self, request: pb.DescribeModelRequest, context: Context
    ) -> pb.DescribeModelResponse:
        return codec.encode_model(self._model, self._adapters.camera_ids)


async def _images(enhanced: Sequence[Enhanced]) -> list[bytes]:
    """Draw on a thread: a PNG takes milliseconds, and other callers wait for this loop."""
    return await asyncio.to_thread(lambda: [watermark.image(each.crop) for each in enhanced])
