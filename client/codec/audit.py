"""Parts of a decision log."""

from client.types.audit import LogPart
from meshkit.chain import Head
from sureface.audit.v1 import audit_pb2 as pb


def log_part(message: pb.ExportRecordsResponse) -> LogPart:
    """The next records."""
    return LogPart(
        head=Head.parse(message.head),
        last=Head.parse(message.last),
        before=Head.parse(message.before),
        lines=tuple(record.line for record in message.records),
    )
