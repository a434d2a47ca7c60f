"""Encodes frames, decodes what is told of them."""

from client.codec import decision as decisions
from client.codec.decision import judged, seen
from client.codec.wire import image
from client.types.stream import Frame, StreamUpdate
from sureface.access.v1 import access_pb2 as pb
from sureface.type.v1 import face_pb2


def frame(shown: Frame, offset_ms: int) -> pb.IdentifyStreamRequest:
    """One frame, reading its picture first if that is a file.

    Raises:
        OSError: The file cannot be read.
        ImageBytes: It is larger than the mesh takes.
    """
    tracks = [
        pb.TrackHint(
            track_id=hint.track_id,
            box=face_pb2.Box(
                x_min=hint.box.x_min,
                y_min=hint.box.y_min,
                x_max=hint.box.x_max,
                y_max=hint.box.y_max,
            ),
        )
        for hint in shown.tracks
    ]
    return pb.IdentifyStreamRequest(
        frame=pb.Frame(image=image(shown.image), offset_ms=offset_ms, tracks=tracks)
    )


def update(message: pb.IdentifyStreamResponse) -> StreamUpdate:
    """One answer of IdentifyStream."""
    return StreamUpdate(
        track_id=message.track_id,
        decision=decisions.decision(message.decision) if message.HasField("decision") else None,
        candidate=decisions.candidate(message.candidate) if message.HasField("candidate") else None,
        face=seen(message),
        quality=judged(message),
        offset_ms=message.offset_ms,
        dropped_frame_count=message.dropped_frame_count,
        lost_frame_count=message.lost_frame_count,
        lost_reason=message.lost_reason,
    )
