"""Frames of a camera in, what is told of them out."""

from collections.abc import AsyncIterator

from faces import fields
from faces.errors import FieldInvalid, FieldMissing
from faces.tracking import Box, Hints
from gateway.codec.decisions import encode_decision, encode_named
from gateway.codec.faces import decode_image, encode_if_seen, encode_quality
from gateway.streaming.due import Told
from gateway.streaming.frames import Frame, Settings
from gateway.streaming.watch import Answer
from sureface.access.v1 import access_pb2 as pb
from sureface.type.v1 import face_pb2

MAX_HINTS = 64
"""What `access.proto` promises of a frame."""


def decode_settings(request: pb.IdentifyStreamRequest) -> Settings:
    """The first message of a stream.

    Raises:
        FieldMissing: It is another one, or lacks something.
    """
    if not request.HasField("settings"):
        raise FieldMissing(field="settings")
    settings = request.settings
    return Settings(
        scene=settings.scene,
        collection_id=fields.collection_id(settings.collection_id),
        camera_id=fields.words(fields.camera_id(settings.camera_id), "camera_id", limit=128),
    )


async def decode_frames(
    requests: AsyncIterator[pb.IdentifyStreamRequest],
) -> AsyncIterator[Frame]:
    """Every message after it.

    Raises:
        FieldMissing, FieldInvalid, BatchSize: One is no frame, or not one that may follow.
    """
    after_ms = -1
    async for request in requests:
        if request.HasField("settings"):
            raise FieldInvalid(field="settings", rule="may only come first")
        if not request.HasField("frame"):
            raise FieldMissing(field="frame")
        frame = request.frame
        if frame.offset_ms <= after_ms:
            rule = "must be 0 or more, and grow from frame to frame"
            raise FieldInvalid(field="frame.offset_ms", rule=rule)
        after_ms = frame.offset_ms
        image = decode_image(frame.image, "frame.image", present=frame.HasField("image"))
        yield Frame(image=image, offset_ms=frame.offset_ms, hints=_hints(frame))


def encode_answer(answer: Answer) -> pb.IdentifyStreamResponse:
    """A verdict, advice, or how the stream is."""
    response = pb.IdentifyStreamResponse(
        dropped_frame_count=answer.dropped,
        lost_frame_count=answer.lost,
        lost_reason=answer.lost_reason,
    )
    if answer.told:
        response.MergeFrom(_told(answer.told))
    return response


def _told(told: Told) -> pb.IdentifyStreamResponse:
    return pb.IdentifyStreamResponse(
        track_id=told.track_id,
        decision=encode_decision(told.decision),
        candidate=encode_named(told.decision, told.candidates),
        offset_ms=told.offset_ms,
        face=encode_if_seen(told.face),
        quality=encode_quality(told.quality) if told.quality else None,
    )


def _hints(frame: pb.Frame) -> Hints:
    if frame.tracks:
        fields.count(len(frame.tracks), "frame.tracks", limit=MAX_HINTS)
    hints: dict[str, Box] = {}
    for hint in frame.tracks:
        # Identifiers of tracks have the shape of those of people.
        track_id = fields.person_id(hint.track_id, "frame.tracks.track_id")
        if track_id in hints:
            rule = "must differ within a frame"
            raise FieldInvalid(field="frame.tracks.track_id", rule=rule)
        hints[track_id] = _box(hint.box)
    return hints


def _box(box: face_pb2.Box) -> Box:
    # Neither does a coordinate that is no number, nor one without end.
    if not (0 < box.x_max - box.x_min < float("inf") and 0 < box.y_max - box.y_min < float("inf")):
        raise FieldInvalid(field="frame.tracks.box", rule="must have an area")
    return box.x_min, box.y_min, box.x_max, box.y_max
