"""Wire messages to domain values and back. Validates whatever a type cannot."""

import math
from collections.abc import Sequence

import numpy as np

from faces import fields
from faces.embedding import CROP_SHAPE
from faces.errors import CropMalformed, FusionUnavailable
from faces.occlusion import Occlusion
from faces.quality import Quality
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
    """What is known of one crop."""
    covered = embedded.occlusion
    return pb.EmbeddedCrop(
        vector=embedded.vector.tolist(),
        quality=_encode_quality(embedded.quality),
        occlusion=_encode_occlusion(covered) if covered else None,
        robust_share=embedded.robust_share,
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


def _encode_quality(quality: Quality) -> face_pb2.Quality:
    interval = quality.interval
    return face_pb2.Quality(
        score=quality.score,
        band=face_pb2.QualityBand.Value(f"QUALITY_BAND_{quality.band.name}"),
        interval=face_pb2.QualityInterval(low=interval.low, high=interval.high)
        if interval
        else None,
        magnitude=quality.magnitude,
        uncertainty=quality.uncertainty,
    )


def _encode_occlusion(occlusion: Occlusion) -> face_pb2.Occlusion:
    message = face_pb2.Occlusion(
        share=occlusion.share,
        regions=occlusion.regions,
        parts=sorted(face_pb2.FacePart.Value(f"FACE_PART_{p.name}") for p in occlusion.parts),
    )
    if occlusion.pattern:
        top, left, bottom, right = occlusion.pattern.cells
        message.pattern.CopyFrom(
            face_pb2.OcclusionPattern(
                top=top,
                left=left,
                bottom=bottom,
                right=right,
                grid=occlusion.pattern.grid,
                probability=occlusion.pattern.probability,
            )
        )
    return message
