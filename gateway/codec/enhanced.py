"""What an enhancer made, and how it was fused."""

import math
from collections.abc import Sequence

from faces.embedding import CROP_SHAPE
from gateway.backends.ports import Crop, Derived, Fusion
from sureface.embedder.v1 import embedder_pb2
from sureface.enhancer.v1 import enhancer_pb2 as pb
from sureface.type.v1 import face_pb2

_CROP_BYTES = math.prod(CROP_SHAPE)
_PREFIX = "OPERATION_"
_KNOWN = {
    value: name.removeprefix(_PREFIX).lower()
    for name, value in pb.Operation.items()
    if value != pb.OPERATION_UNSPECIFIED
}


def decode_derived(answer: pb.EnhanceCropsResponse, crops: Sequence[Crop]) -> list[Derived]:
    """What became of some crops; operations of a newer enhancer are dropped.

    Raises:
        ValueError: There are not as many, or one of them is no crop, or of no noise.
    """
    if len(answer.crops) != len(crops):
        raise ValueError(f"{len(answer.crops)} crops made of {len(crops)}")
    return [_derived(message, crop) for message, crop in zip(answer.crops, crops, strict=True)]


def _derived(message: pb.EnhancedCrop, crop: Crop) -> Derived:
    if len(message.crop.rgb) != _CROP_BYTES:
        raise ValueError(f"a crop of {len(message.crop.rgb)} bytes")
    if not math.isfinite(message.noise_sigma):
        raise ValueError("noise that is no number")
    return Derived(
        rgb=message.crop.rgb,
        scale=crop.scale,
        operations=tuple(_KNOWN[o] for o in message.operations if o in _KNOWN),
        noise_sigma=message.noise_sigma,
        png=message.png,
    )


def decode_fusion(fusion: embedder_pb2.Fusion) -> Fusion:
    """How two versions were fused, as the embedder sent it."""
    return Fusion(
        gate=fusion.gate,
        similarity=fusion.similarity,
        fused_similarity=fusion.fused_similarity,
        raw_quality=fusion.raw_quality,
        enhanced_quality=fusion.enhanced_quality,
    )


def encode_image(derived: Derived | None) -> face_pb2.DerivedImage | None:
    """For people to look at; absent without an image that says what it is."""
    if derived is None or not derived.png:
        return None
    return face_pb2.DerivedImage(
        png=derived.png, operations=derived.operations, noise_sigma=derived.noise_sigma
    )
