"""Wire messages to domain values and back. Validates whatever a type cannot."""

import math
from collections.abc import Sequence

import numpy as np

from faces import fields
from faces.embedding import CROP_SHAPE
from faces.errors import CropMalformed, FieldInvalid
from services.enhancer.model import Adapter, Enhanced, Model, Work
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.type.v1 import face_pb2

_CROP_BYTES = math.prod(CROP_SHAPE)

_SMALLEST = 0.05
"""A crop of six pixels: nobody trains on less."""


def decode_work(
    messages: Sequence[face_pb2.AlignedCrop], adapter: Adapter, *, limit: int
) -> list[Work]:
    """View 1 to `limit` crops as work for one camera's adapter.

    Raises:
        BatchSize: No crop, or more than `limit`.
        CropMalformed: One of them does not have the bytes of 112 x 112 RGB pixels.
        FieldInvalid: One of them is derived already, or has no possible scale.
    """
    fields.count(len(messages), "crops", limit=limit)
    return [_work(index, message, adapter) for index, message in enumerate(messages)]


def _work(index: int, message: face_pb2.AlignedCrop, adapter: Adapter) -> Work:
    if len(message.rgb) != _CROP_BYTES:
        raise CropMalformed(index=index, actual_bytes=len(message.rgb), expected_bytes=_CROP_BYTES)
    if message.derived:
        raise FieldInvalid(field=f"crops[{index}].derived", rule="must not be set")
    fields.within(message.scale, f"crops[{index}].scale", low=0, high=float(np.finfo("f4").max))
    pixels = np.frombuffer(message.rgb, dtype=np.uint8).reshape(CROP_SHAPE)
    # Unknown is taken for whole: resolution is not invented on a guess.
    known = message.scale or 1.0
    return Work(pixels, min(1.0, max(_SMALLEST, known)), adapter)


def encode_crop(work: Work, enhanced: Enhanced, png: bytes) -> pb.EnhancedCrop:
    """A derived crop, marked as such, and what was done to get it.

    Noise is removed from every crop. Resolution is estimated where some is missing.
    """
    operations = [pb.OPERATION_DENOISE]
    if work.scale < 1:
        operations.append(pb.OPERATION_SUPER_RESOLVE)
    return pb.EnhancedCrop(
        crop=face_pb2.AlignedCrop(rgb=enhanced.crop.tobytes(), scale=work.scale, derived=True),
        operations=operations,
        noise_sigma=enhanced.noise,
        png=png,
    )


def encode_model(model: Model, camera_ids: Sequence[str]) -> pb.DescribeModelResponse:
    """What is served, how, and for whom."""
    return pb.DescribeModelResponse(
        model=model.name, sha256=model.sha256, provider=model.provider, camera_ids=camera_ids
    )
