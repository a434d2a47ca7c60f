"""Wire messages to domain values and back. Validates whatever a type cannot."""

import math
from collections.abc import Sequence

import numpy as np

from faces import fields
from faces.embedding import CROP_SHAPE
from faces.errors import CropMalformed, FusionUnavailable
from services.embedder.model import Crop, Embedded, Model
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.type.v1 import face_pb2

_CROP_BYTES = math.prod(CROP_SHAPE)


def decode_crops(messages: Sequence[pb.CropToEmbed], *, limit: int, model: str) -> list[Crop]:
    """View 1 to `limit` crops as pixels.

    Raises:
        BatchSize: No crop, or more than `limit`.
        CropMalformed: One of them does not have the bytes of 112 x 112 RGB pixels.
        FusionUnavailable: One comes with an enhanced version.
    """
    fields.count(len(messages), "crops", limit=limit)
    for index, message in enumerate(messages):
        if len(message.raw.rgb) != _CROP_BYTES:
            raise CropMalformed(
                index=index, actual_bytes=len(message.raw.rgb), expected_bytes=_CROP_BYTES
            )
        if message.HasField("enhanced"):
            raise FusionUnavailable(model=model)
    return [np.frombuffer(m.raw.rgb, dtype=np.uint8).reshape(CROP_SHAPE) for m in messages]


def encode_crop(embedded: Embedded) -> pb.EmbeddedCrop:
    """Vector and quality of one crop."""
    quality = embedded.quality
    return pb.EmbeddedCrop(
        vector=embedded.vector.tolist(),
        quality=face_pb2.Quality(
            score=quality.score,
            band=face_pb2.QualityBand.Value(f"QUALITY_BAND_{quality.band.name}"),
            magnitude=quality.magnitude,
        ),
    )


def encode_model(model: Model) -> pb.DescribeModelResponse:
    """What is served, and how."""
    return pb.DescribeModelResponse(
        model=model.name,
        sha256=model.sha256,
        provider=model.provider,
        contract_id=model.contract_id,
        dimension=model.dimension,
        quality_method=model.quality_method,
    )
