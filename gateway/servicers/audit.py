"""sureface.audit.v1 over gRPC."""

import contextlib
from collections.abc import AsyncGenerator

from faces.errors import FieldInvalid
from gateway.codec.policies import decode_time
from gateway.records.exporting import Exporting, Part, Wanted
from meshkit.chain import Period
from meshkit.rpc import Context
from sureface.audit.v1 import audit_pb2 as pb
from sureface.audit.v1 import audit_pb2_grpc as rpc


class AuditServicer(rpc.AuditServiceServicer):
    """Implements sureface.audit.v1.AuditService."""

    def __init__(self, exporting: Exporting) -> None:
        self._exporting = exporting

    async def ExportRecords(
        self, request: pb.ExportRecordsRequest, context: Context
    ) -> AsyncGenerator[pb.ExportRecordsResponse]:
        async with contextlib.aclosing(self._exporting.parts(_wanted(request))) as parts:
            async for part in parts:
                yield _encoded(part)


def _wanted(request: pb.ExportRecordsRequest) -> Wanted:
    if request.after_position < 0:
        raise FieldInvalid(field="after_position", rule="must be 0 or more")
    start, end = (
        decode_time(getattr(request, name), name, present=request.HasField(name))
        for name in ("start_time", "end_time")
    )
    if start and end and start >= end:
        raise FieldInvalid(field="start_time", rule="must be before end_time")
    return Wanted(after_position=request.after_position, period=Period(since=start, until=end))


def _encoded(part: Part) -> pb.ExportRecordsResponse:
    return pb.ExportRecordsResponse(
        head=str(part.whole.head),
        last=str(part.whole.last),
        before=str(part.before),
        records=[pb.LogRecord(line=entry.line) for entry in part.entries],
    )
