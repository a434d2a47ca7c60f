"""Wire messages to domain values and back. Validates whatever a type cannot."""

import math

import numpy as np

from faces import fields
from faces.embedding import CROP_SHAPE
from faces.errors import CropMalformed, FieldInvalid, FusionUnavailable
from faces.occlusion import Occlusion
from faces.quality import Quality
from services.embedder.fusing import Gate
from services.embedder.model import Crop, Embedded, Fused, Model, Picture
from services.embedder.seen import decode_seen
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.type.v1 import face_pb2

_CROP_BYTES = math.prod(CROP_SHAPE)

_SMALLEST = 0.05
"""A crop of six pixels: nobody trains on less."""


def decode_pictures(
    request: pb.EmbedCropsRequest, *, limit: int, model: Model, fuses: bool
) -> list[Picture]:
    """View 1 to `limit` crops, and enhanced versions where there are any, as pixels.

    Raises:
        BatchSize: No crop, or more than `limit`.
        CropMalformed: One of them does not have the bytes of 112 x 112 RGB pixels.
        FieldInvalid: A raw crop is derived: what it would give could be enrolled. Or one is said to
            have been seen, under a contract that nobody names, or as what no answer is.
        FusionUnavailable: One comes with an enhanced version, and `fuses` is not set.
    """
    fields.count(len(request.crops), "crops", limit=limit)
    pictures: list[Picture] = []
    for index, message in enumerate(request.crops):
        raw = _pixels(index, message.raw)
        seen = decode_seen(message, f"crops[{index}].seen", dimension=model.dimension)
        if seen and not request.expected_contract_id:
            raise FieldInvalid(field="expected_contract_id", rule="must be set with seen")
        if message.raw.derived:
            raise FieldInvalid(field=f"crops[{index}].raw.derived", rule="must not be set")
        if not message.HasField("enhanced"):
            pictures.append(Picture(raw))
            continue
        if not fuses:
            raise FusionUnavailable(model=model.name)
        enhanced = _pixels(index, message.enhanced)
        pictures.append(Picture(raw, enhanced, _scale(message.raw), seen))
    return pictures


def _pixels(index: int, crop: face_pb2.AlignedCrop) -> Crop:
    if len(crop.rgb) != _CROP_BYTES:
        raise CropMalformed(index=index, actual_bytes=len(crop.rgb), expected_bytes=_CROP_BYTES)
    return np.frombuffer(crop.rgb, dtype=np.uint8).reshape(CROP_SHAPE)


def _scale(crop: face_pb2.AlignedCrop) -> float:
    """What a gate was trained on: unknown, and whatever is no scale, counts as whole."""
    return min(1.0, max(_SMALLEST, crop.scale)) if crop.scale > 0 else 1.0


def encode_crop(embedded: Embedded) -> pb.EmbeddedCrop:
    """What is known of one crop."""
    covered = embedded.occlusion
    return pb.EmbeddedCrop(
        vector=embedded.vector.tolist(),
        quality=_encode_quality(embedded.quality),
        occlusion=_encode_occlusion(covered) if covered else None,
        robust_share=embedded.robust_share,
        fusion=_encode_fusion(embedded.fused) if embedded.fused else None,
    )


def encode_model(model: Model, gate: Gate | None) -> pb.DescribeModelResponse:
    """What is served, and how."""
    return pb.DescribeModelResponse(
        model=model.name,
        sha256=model.sha256,
        provider=model.provider,
        contract_id=model.contract_id,
        dimension=model.dimension,
        quality_method=model.quality_method,
        fusion=gate.name if gate else "",
        fusion_sha256=gate.sha256 if gate else "",
    )


def _encode_fusion(fused: Fused) -> pb.Fusion:
    return pb.Fusion(
        gate=fused.gate,
        similarity=fused.similarity,
        fused_similarity=fused.fused_similarity,
        raw_quality=fused.raw_quality,
        enhanced_quality=fused.enhanced_quality,
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
