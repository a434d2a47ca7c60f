"""Decision logs that a fake gateway hands out."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from meshkit.chain import PLAIN, START, Head, Seal, encode, link
from sureface.audit.v1 import audit_pb2 as pb
from tests.chains import TIME, digest_of

Script = Callable[[Iterator[pb.ExportRecordsRequest]], Iterator[pb.ExportRecordsResponse]]


def lines_made(count: int, seal: Seal = PLAIN) -> list[bytes]:
    """A log of so many records."""
    lines, head = list[bytes](), START
    for number in range(count):
        record = {"kind": "decision", "time": TIME, "number": number}
        line, head = link(head, seal, encode(record))
        lines.append(line)
    return lines


def head_of(lines: Sequence[bytes]) -> Head:
    """The last record of a log that begins with its first one."""
    return Head(len(lines), digest_of(lines[-1])) if lines else START


def handing_out(lines: Sequence[bytes], *, size: int = 2) -> Script:
    """What a gateway with such a log answers, so many records in a message."""

    def script(requests: Iterator[pb.ExportRecordsRequest]) -> Iterator[pb.ExportRecordsResponse]:
        after = next(requests).after_position
        places = [*range(after, len(lines), size), len(lines)]
        head = str(head_of(lines))
        for begin, end in pairwise(places if after < len(lines) else [after, after]):
            yield pb.ExportRecordsResponse(
                head=head,
                last=head,
                before=str(head_of(lines[:begin])),
                records=[pb.LogRecord(line=line) for line in lines[begin:end]],
            )

    return script
