"""Faces, quality and pictures."""

import numpy as np

from faces.errors import FieldMissing
from faces.face import Face
from faces.pose import Pose
from faces.quality import Interval, Quality
from gateway.backends.ports import Judged
from sureface.type.v1 import face_pb2 as pb

_POINTS = ("right_eye", "left_eye", "nose_tip", "right_mouth_corner", "left_mouth_corner")
"""Fields of `Landmarks`, in the order of `faces.alignment`."""


def decode_image(image: pb.Image, field: str, *, present: bool) -> bytes:
    """The bytes of a picture that the caller must have sent.

    Whether they are a picture is the detector's to say.

    Raises:
        FieldMissing: There is no such message.
    """
    if not present:
        raise FieldMissing(field=field)
    return image.data


def decode_face(face: pb.Face) -> Face:
    """A face as the detector sent it."""
    box, pose = face.box, face.pose
    points = [getattr(face.landmarks, name) for name in _POINTS]
    return Face(
        box=(box.x_min, box.y_min, box.x_max, box.y_max),
        landmarks=np.array([(point.x, point.y) for point in points], dtype=np.float32),
        detection_score=face.detection_score,
        inter_eye_px=face.inter_eye_px,
        pose=Pose(pose.yaw_deg, pose.pitch_deg, pose.roll_deg),
        liveness=face.liveness_score if face.HasField("liveness_score") else None,
    )


def encode_if_seen(face: Face | None) -> pb.Face | None:
    """A face for the public API; None stays absent."""
    return encode_face(face) if face else None


def encode_face(face: Face) -> pb.Face:
    """A face for the public API."""
    points = {
        name: pb.Point(x=x, y=y)
        for name, (x, y) in zip(_POINTS, face.landmarks.tolist(), strict=True)
    }
    x_min, y_min, x_max, y_max = face.box
    pose = face.pose
    return pb.Face(
        box=pb.Box(x_min=x_min, y_min=y_min, x_max=x_max, y_max=y_max),
        landmarks=pb.Landmarks(**points),
        detection_score=face.detection_score,
        inter_eye_px=face.inter_eye_px,
        pose=pb.Pose(yaw_deg=pose.yaw_deg, pitch_deg=pose.pitch_deg, roll_deg=pose.roll_deg),
        liveness_score=face.liveness,
    )


def encode_quality(quality: Quality) -> pb.Quality:
    """A quality score and its band."""
    band = pb.QualityBand.Value(f"QUALITY_BAND_{quality.band.name}")
    interval = quality.interval
    return pb.Quality(
        score=quality.score,
        band=band,
        interval=pb.QualityInterval(low=interval.low, high=interval.high) if interval else None,
        magnitude=quality.magnitude,
        uncertainty=quality.uncertainty,
    )


def decode_quality(quality: pb.Quality) -> Quality:
    """A quality score as the embedder sent it."""
    interval = quality.interval if quality.HasField("interval") else None
    return Quality(
        score=quality.score,
        magnitude=quality.magnitude,
        uncertainty=quality.uncertainty if quality.HasField("uncertainty") else None,
        interval=Interval(interval.low, interval.high) if interval else None,
    )


def encode_judged(judged: Judged | None) -> pb.Quality | None:
    """The quality of a sample; absent if it was never embedded."""
    return encode_quality(judged.quality) if judged else None
