"""Which templates a search may see."""

from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from faces.errors import FieldInvalid
from gateway.backends.ports import Only
from sureface.gallery.v1 import gallery_pb2 as pb


def decode_only(message: pb.SearchFilter, *, present: bool) -> Only | None:
    """A filter as an investigator sent it; None if there is none.

    What labels may be is the gallery's to say.

    Raises:
        FieldInvalid: A time is none.
    """
    if not present:
        return None
    return Only(
        group=message.group,
        person_labels=dict(message.person_labels),
        template_labels=dict(message.template_labels),
        since=_moment(message.start_time) if message.HasField("start_time") else None,
        until=_moment(message.end_time) if message.HasField("end_time") else None,
    )


def encode_only(only: Only) -> pb.SearchFilter:
    """A filter for the gallery."""
    return pb.SearchFilter(
        group=only.group,
        person_labels=only.person_labels,
        template_labels=only.template_labels,
        start_time=_stamp(only.since),
        end_time=_stamp(only.until),
    )


def _moment(stamp: Timestamp) -> datetime:
    try:
        return stamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise FieldInvalid(field="filter", rule="must have times of this era") from None


def _stamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
