"""What a caller says that an embedder answered for a crop before."""

import numpy as np

from faces.embedding import UNIT_TOLERANCE
from faces.errors import FieldInvalid
from faces.quality import Interval, Quality
from services.embedder.model import Embedded
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.type.v1 import face_pb2


def decode_seen(message: pb.CropToEmbed, field: str, *, dimension: int) -> Embedded | None:
    """Vector and quality of an earlier answer; None if there is none.

    What covers the face is left to the caller, who knows it.

    Args:
        message: Of which the contract is known to be the served one.
        field: Of the answer, for errors.
        dimension: Length of the served vectors.

    Raises:
        FieldInvalid: There is nothing to fuse it with, or it is no such answer.
    """
    if not message.HasField("seen"):
        return None
    if not message.HasField("enhanced"):
        raise FieldInvalid(field=field, rule="must not be set without enhanced")
    vector = np.array(message.seen.vector, dtype=np.float32)
    quality = message.seen.quality
    # Written so that what is no number fails, too.
    if vector.shape != (dimension,) or not abs(np.linalg.norm(vector) - 1) <= UNIT_TOLERANCE:
        raise FieldInvalid(field=f"{field}.vector", rule=f"must be {dimension} numbers of length 1")
    if not 0 <= quality.score <= 1:
        raise FieldInvalid(field=f"{field}.quality.score", rule="must be from 0 to 1")
    return Embedded(vector, _quality(quality))


def _quality(quality: face_pb2.Quality) -> Quality:
    interval = quality.interval
    return Quality(
        score=quality.score,
        magnitude=quality.magnitude,
        uncertainty=quality.uncertainty if quality.HasField("uncertainty") else None,
        interval=Interval(interval.low, interval.high) if quality.HasField("interval") else None,
    )
