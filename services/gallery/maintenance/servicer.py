"""The gRPC face of the gallery's upkeep: decode, ask, encode."""

import contextlib
from collections.abc import AsyncIterator

from faces import fields
from meshkit.rpc import Context
from services.gallery.codec import maintenance
from services.gallery.maintenance.resealing import Resealer
from services.gallery.maintenance.stats import Statistics
from services.gallery.maintenance.tuning import Tuner
from services.gallery.upkeep import Upkeep
from sureface.gallery.v1 import maintenance_pb2 as pb
from sureface.gallery.v1 import maintenance_pb2_grpc


class MaintenanceServicer(maintenance_pb2_grpc.MaintenanceServiceServicer):
    """Implements sureface.gallery.v1.MaintenanceService."""

    def __init__(
        self, statistics: Statistics, upkeep: Upkeep, tuner: Tuner, resealer: Resealer
    ) -> None:
        self._statistics = statistics
        self._upkeep = upkeep
        self._tuner = tuner
        self._resealer = resealer

    async def GetCollectionStats(
        self, request: pb.GetCollectionStatsRequest, context: Context
    ) -> pb.GetCollectionStatsResponse:
        name = fields.collection_id(request.collection_id)
        return maintenance.stats(await self._statistics.of(name))

    async def CompactCollection(
        self, request: pb.CompactCollectionRequest, context: Context
    ) -> pb.CompactCollectionResponse:
        name = fields.collection_id(request.collection_id)
        return maintenance.compacted(await self._upkeep.compact(name))

    async def TuneCollection(
        self, request: pb.TuneCollectionRequest, context: Context
    ) -> AsyncIterator[pb.TuneCollectionResponse]:
        wish = maintenance.decode_tune(request)
        async with contextlib.aclosing(self._tuner.tune(wish)) as steps:
            async for step in steps:
                yield maintenance.step(step)

    async def GetSealing(
        self, request: pb.GetSealingRequest, context: Context
    ) -> pb.GetSealingResponse:
        return maintenance.sealing(await self._resealer.keys())

    async def ResealTemplates(
        self, request: pb.ResealTemplatesRequest, context: Context
    ) -> AsyncIterator[pb.ResealTemplatesResponse]:
        async with contextlib.aclosing(self._resealer.reseal()) as steps:
            async for step in steps:
                yield maintenance.resealed(step)
