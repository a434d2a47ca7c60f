"""Decodes what is seen in a picture."""

import numpy as np

from client.codec.wire import known, number
from client.types.face import (
    Box,
    DerivedImage,
    Detection,
    ExtractedFace,
    Extraction,
    Face,
    Landmarks,
    Measure,
    Occlusion,
    Point,
    Quality,
)
from faces.occlusion import Pattern
from faces.parts import Part
from faces.pose import Pose
from faces.quality import Band
from sureface.analysis.v1 import analysis_pb2
from sureface.type.v1 import face_pb2 as pb
from sureface.type.v1 import measure_pb2


def face(message: pb.Face) -> Face:
    """One detected face."""
    return Face(
        box=box(message.box),
        landmarks=_landmarks(message.landmarks),
        detection_score=number(message.detection_score),
        inter_eye_px=number(message.inter_eye_px),
        pose=Pose(
            yaw_deg=number(message.pose.yaw_deg),
            pitch_deg=number(message.pose.pitch_deg),
            roll_deg=number(message.pose.roll_deg),
        ),
        liveness_score=number(message.liveness_score)
        if message.HasField("liveness_score")
        else None,
    )


def quality(message: pb.Quality) -> Quality:
    """A quality score; its band is that of the wire, if the wire has one we know."""
    score = number(message.score)
    interval = message.interval
    return Quality(
        score=score,
        band=known(Band, pb.QualityBand.DESCRIPTOR, message.band) or Band.of(score),
        interval=(number(interval.low), number(interval.high))
        if message.HasField("interval")
        else None,
        magnitude=number(message.magnitude),
        uncertainty=number(message.uncertainty) if message.HasField("uncertainty") else None,
    )


def detection(message: analysis_pb2.DetectFacesResponse) -> Detection:
    """The faces of a picture."""
    return Detection(
        faces=tuple(face(f) for f in message.faces),
        width_px=message.width_px,
        height_px=message.height_px,
    )


def extraction(message: analysis_pb2.ExtractResponse) -> Extraction:
    """The faces of a picture with their vectors."""
    return Extraction(
        faces=tuple(_extracted(f) for f in message.faces),
        contract_id=message.contract_id,
        width_px=message.width_px,
        height_px=message.height_px,
        degradations=tuple(message.degradations),
    )


def derived(message: pb.DerivedImage) -> DerivedImage:
    """What an enhancer made of a face."""
    return DerivedImage(
        png=message.png,
        operations=tuple(message.operations),
        noise_sigma=number(message.noise_sigma),
    )


def _extracted(message: analysis_pb2.ExtractedFace) -> ExtractedFace:
    return ExtractedFace(
        face=face(message.face),
        vector=np.array(message.vector, dtype=np.float32),
        quality=quality(message.quality),
        occlusion=occlusion(message.occlusion) if message.HasField("occlusion") else None,
        advices=tuple(message.advices),
        measures=tuple(_measure(m) for m in message.measures),
        enhanced=derived(message.enhanced) if message.HasField("enhanced") else None,
    )


def occlusion(message: pb.Occlusion) -> Occlusion:
    """What covers a face."""
    enum = pb.FacePart.DESCRIPTOR
    parts = (known(Part, enum, part) for part in message.parts)
    return Occlusion(
        share=number(message.share),
        regions=tuple(message.regions),
        parts=tuple(part for part in parts if part),
        pattern=_pattern(message.pattern) if message.HasField("pattern") else None,
    )


def _pattern(message: pb.OcclusionPattern) -> Pattern:
    return Pattern(
        cells=(message.top, message.left, message.bottom, message.right),
        grid=message.grid,
        probability=number(message.probability),
    )


def _measure(message: measure_pb2.Measure) -> Measure:
    return Measure(
        name=message.name,
        native_value=number(message.native_value),
        score=message.score,
        estimated=message.estimated,
    )


def box(message: pb.Box) -> Box:
    """A part of a picture."""
    return Box(
        number(message.x_min), number(message.y_min), number(message.x_max), number(message.y_max)
    )


def _point(message: pb.Point) -> Point:
    return Point(number(message.x), number(message.y))


def _landmarks(message: pb.Landmarks) -> Landmarks:
    return Landmarks(
        right_eye=_point(message.right_eye),
        left_eye=_point(message.left_eye),
        nose_tip=_point(message.nose_tip),
        right_mouth_corner=_point(message.right_mouth_corner),
        left_mouth_corner=_point(message.left_mouth_corner),
    )
