"""Calls of `sureface.audit.v1.AuditService`."""

from datetime import datetime

from client.calls.prepared import Feed, feed
from client.codec import audit as codec
from client.codec.wire import stamp
from client.types.audit import LogPart
from sureface.audit.v1 import audit_pb2 as pb


def export_records(
    *,
    after_position: int = 0,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
) -> Feed[LogPart]:
    """Walk over the records of the decision log, part by part, up to the last one.

    All behind `after_position`, from the first of `start_time` or later to the last before
    `end_time`; times must know their zone. A gateway that is away for a while is waited for,
    and the walk goes on where it was.
    """
    end = stamp(end_time) if end_time else None
    return feed(
        pb.ExportRecordsRequest(
            after_position=after_position,
            start_time=stamp(start_time) if start_time else None,
            end_time=end,
        ),
        pb.ExportRecordsResponse,
        codec.log_part,
        is_last=lambda part: part.reached >= part.last.position,
        onward=lambda part: pb.ExportRecordsRequest(after_position=part.reached, end_time=end),
    )
