"""sureface.insight.v1 over gRPC."""

from datetime import UTC, datetime, timedelta

from faces import fields
from faces.errors import FieldInvalid
from gateway.codec.insight import encode_insight
from gateway.codec.policies import decode_time
from gateway.insight.summarizing import Period, Summarizing
from meshkit.rpc import Context
from sureface.insight.v1 import insight_pb2 as pb
from sureface.insight.v1 import insight_pb2_grpc as rpc

_WEEK = timedelta(days=7)


class InsightServicer(rpc.InsightServiceServicer):
    """Implements sureface.insight.v1.InsightService."""

    def __init__(self, summarizing: Summarizing) -> None:
        self._summarizing = summarizing

    async def SummarizeCameras(
        self, request: pb.SummarizeCamerasRequest, context: Context
    ) -> pb.SummarizeCamerasResponse:
        period = _period(request)
        insight = await self._summarizing.run(period)
        return encode_insight(insight, period)


def _period(request: pb.SummarizeCamerasRequest) -> Period:
    start, end = (
        decode_time(getattr(request, name), name, present=request.HasField(name))
        for name in ("start_time", "end_time")
    )
    end = end or datetime.now(UTC)
    if start is None:
        start = max(end, datetime.min.replace(tzinfo=UTC) + _WEEK) - _WEEK
    if start >= end:
        raise FieldInvalid(field="start_time", rule="must be before end_time")
    return Period(
        start=start,
        end=end,
        camera_id=fields.camera_id(request.camera_id),
        scene=request.scene,
    )
