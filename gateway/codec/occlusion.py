"""What covers a face."""

from faces.occlusion import Occlusion, Pattern
from faces.parts import Part
from sureface.type.v1 import face_pb2 as pb

_ON_THE_WIRE = {part: pb.FacePart.Value(f"FACE_PART_{part.name}") for part in Part}
_KNOWN = {value: part for part, value in _ON_THE_WIRE.items()}


def encode_occlusion(occlusion: Occlusion | None) -> pb.Occlusion | None:
    """What is covered; absent if nobody could tell."""
    if occlusion is None:
        return None
    return pb.Occlusion(
        share=occlusion.share,
        regions=occlusion.regions,
        parts=sorted(_ON_THE_WIRE[part] for part in occlusion.parts),
        pattern=_encode_pattern(occlusion.pattern) if occlusion.pattern else None,
    )


def decode_occlusion(occlusion: pb.Occlusion) -> Occlusion:
    """What is covered as the embedder sent it; parts of a newer one are dropped."""
    return Occlusion(
        share=occlusion.share,
        parts=frozenset(_KNOWN[part] for part in occlusion.parts if part in _KNOWN),
        pattern=_decode_pattern(occlusion.pattern) if occlusion.HasField("pattern") else None,
    )


def _encode_pattern(pattern: Pattern) -> pb.OcclusionPattern:
    top, left, bottom, right = pattern.cells
    return pb.OcclusionPattern(
        top=top,
        left=left,
        bottom=bottom,
        right=right,
        grid=pattern.grid,
        probability=pattern.probability,
    )


def _decode_pattern(pattern: pb.OcclusionPattern) -> Pattern:
    return Pattern(
        cells=(pattern.top, pattern.left, pattern.bottom, pattern.right),
        grid=pattern.grid,
        probability=pattern.probability,
    )
