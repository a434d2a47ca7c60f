"""Small conversions that every codec needs."""

from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TypeVar

import numpy as np
from google.protobuf.descriptor import EnumDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from client.types.image import Picture
from faces.errors import ImageBytes
from sureface.type.v1 import face_pb2

E = TypeVar("E", bound=Enum)

IMAGE_BYTES = 20 * 2**20
"""Largest picture that `sureface.type.v1.Image` takes. Checked here, too: a file that
the mesh will refuse is not worth its journey, and may not even fit into a message."""


def number(value: float) -> float:
    """The shortest number that is the same 32-bit float: 0.6, not 0.6000000238."""
    return float(str(np.float32(value)))


def moment(stamp: Timestamp) -> datetime:
    """A point in time, in UTC."""
    return stamp.ToDatetime(tzinfo=UTC)


def stamp(moment: datetime) -> Timestamp:
    """The inverse of `moment`."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def known(cls: type[E], enum: EnumDescriptor, value: int) -> E | None:
    """The member that a wire enum value names.

    Args:
        cls: Its members have the names of the wire enum, without the prefix.
        enum: Its zero value is ``<PREFIX>_UNSPECIFIED``.
        value: As received.

    Returns:
        None for the zero value, and for a value newer than this client.
    """
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    named = enum.values_by_number.get(value)
    return cls.__members__.get(named.name.removeprefix(prefix)) if named else None


def image(picture: Picture) -> face_pb2.Image:
    """Encode a picture, reading it first if it is a file.

    Raises:
        OSError: The file cannot be read.
        ImageBytes: It is larger than the mesh takes.
    """
    size = picture.stat().st_size if isinstance(picture, Path) else len(picture)
    if size > IMAGE_BYTES:
        raise ImageBytes(actual_bytes=size, limit_bytes=IMAGE_BYTES)
    return face_pb2.Image(data=picture.read_bytes() if isinstance(picture, Path) else picture)
