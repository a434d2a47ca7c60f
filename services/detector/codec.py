"""Wire messages to domain values and back. Validates whatever a type cannot."""

from faces.fields import within
from faces.geometry import Points
from faces.measures import Measure
from services.detector.found import MAX_FACES, Face, Findings, Query
from sureface.detector.v1 import detector_pb2 as pb
from sureface.type.v1 import face_pb2 as face_pb
from sureface.type.v1 import measure_pb2


def decode_query(request: pb.DetectFacesRequest, *, min_score: float) -> Query:
    """Read the options; 0 means the server's own value.

    Raises:
        FieldInvalid: One of them is out of range.
    """
    score = within(request.min_score, "min_score", low=0, high=1)
    faces = within(request.max_faces, "max_faces", low=0, high=MAX_FACES)
    return Query(
        min_score=score or min_score,
        max_faces=int(faces) or MAX_FACES,
        crops=not request.omit_crops,
        measures=request.measures,
    )


def encode_findings(findings: Findings) -> pb.DetectFacesResponse:
    """One message for a picture."""
    return pb.DetectFacesResponse(
        faces=[_encode_face(face) for face in findings.faces],
        width_px=findings.width_px,
        height_px=findings.height_px,
        found_count=findings.found_count,
    )


def _encode_face(face: Face) -> pb.DetectedFace:
    x_min, y_min, x_max, y_max = face.box.tolist()
    crop = None
    if face.crop is not None:
        crop = face_pb.AlignedCrop(rgb=face.crop.tobytes(), scale=face.scale)
    return pb.DetectedFace(
        face=face_pb.Face(
            box=face_pb.Box(x_min=x_min, y_min=y_min, x_max=x_max, y_max=y_max),
            landmarks=_encode_landmarks(face.landmarks),
            detection_score=face.score,
            inter_eye_px=face.inter_eye_px,
            pose=face_pb.Pose(
                yaw_deg=face.pose.yaw_deg,
                pitch_deg=face.pose.pitch_deg,
                roll_deg=face.pose.roll_deg,
            ),
            liveness_score=face.liveness,
        ),
        crop=crop,
        measures=map(_encode_measure, face.measures),
    )


def _encode_measure(measure: Measure) -> measure_pb2.Measure:
    return measure_pb2.Measure(
        name=measure.component.value,
        native_value=measure.native,
        score=measure.score,
        estimated=measure.estimated,
    )


def _encode_landmarks(landmarks: Points) -> face_pb.Landmarks:
    right_eye, left_eye, nose, right_mouth, left_mouth = (
        face_pb.Point(x=x, y=y) for x, y in landmarks.tolist()
    )
    return face_pb.Landmarks(
        right_eye=right_eye,
        left_eye=left_eye,
        nose_tip=nose,
        right_mouth_corner=right_mouth,
        left_mouth_corner=left_mouth,
    )
