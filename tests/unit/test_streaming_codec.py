"""Messages of a stream: what may follow what."""

from collections.abc import AsyncIterator

import pytest

from faces.errors import BatchSize, FaceError, FieldInvalid, FieldMissing
from gateway.codec.streams import decode_frames, decode_settings, encode_answer
from gateway.streaming.frames import Settings
from gateway.streaming.watch import Answer
from sureface.access.v1 import access_pb2 as pb
from sureface.type.v1 import face_pb2

IMAGE = face_pb2.Image(data=b"jpeg")
BOX = face_pb2.Box(x_min=1, y_min=2, x_max=3, y_max=4)
SETTINGS = pb.StreamSettings(scene="door", collection_id="staff", camera_id="gate-7")


def frame(offset_ms: int = 0, **fields: object) -> pb.IdentifyStreamRequest:
    """A message with a frame."""
    values: dict[str, object] = {"image": IMAGE, "offset_ms": offset_ms} | fields
    return pb.IdentifyStreamRequest(frame=pb.Frame(**values))  # type: ignore[arg-type]  # of a table


def hinted(*hints: pb.TrackHint) -> pb.IdentifyStreamRequest:
    return frame(tracks=hints)


async def decoded(*requests: pb.IdentifyStreamRequest) -> list[object]:
    async def sent() -> AsyncIterator[pb.IdentifyStreamRequest]:
        for request in requests:
            yield request

    return [each async for each in decode_frames(sent())]


async def test_frames_and_hints_arrive() -> None:
    """In order, with the boxes of the client's tracks by their identifiers."""
    hint = pb.TrackHint(track_id="w-1", box=BOX)

    first, second = await decoded(frame(0), frame(40, tracks=[hint]))

    assert (b"jpeg", 0, {}) == (first.image, first.offset_ms, first.hints)  # type: ignore[attr-defined]
    assert (40, {"w-1": (1, 2, 3, 4)}) == (second.offset_ms, second.hints)  # type: ignore[attr-defined]


def test_settings_come_first() -> None:
    """They say whom to search under which policy, and which camera it is."""
    request = pb.IdentifyStreamRequest(settings=SETTINGS)

    assert Settings(scene="door", collection_id="staff", camera_id="gate-7") == (
        decode_settings(request)
    )


@pytest.mark.parametrize(
    ("request_", "error", "field"),
    [
        pytest.param(pb.IdentifyStreamRequest(), FieldMissing, "settings", id="nothing"),
        pytest.param(frame(), FieldMissing, "settings", id="a frame"),
        pytest.param(
            pb.IdentifyStreamRequest(settings=pb.StreamSettings(scene="s", camera_id="c")),
            FieldMissing, "collection_id", id="no collection",
        ),
        pytest.param(
            pb.IdentifyStreamRequest(settings=pb.StreamSettings(scene="s", collection_id="c")),
            FieldMissing, "camera_id", id="no camera",
        ),
        pytest.param(
            pb.IdentifyStreamRequest(
                settings=pb.StreamSettings(scene="s", collection_id="c", camera_id="a b")
            ),
            FieldInvalid, "camera_id", id="a camera of two words",
        ),
    ],
)  # fmt: skip
def test_first_messages_that_are_refused(
    request_: pb.IdentifyStreamRequest, error: type[FaceError], field: str
) -> None:
    """Whatever comes instead of complete settings."""
    with pytest.raises(error) as raised:
        decode_settings(request_)

    assert field == raised.value.metadata["field"]


@pytest.mark.parametrize(
    ("requests", "error", "field"),
    [
        pytest.param([frame(), pb.IdentifyStreamRequest(settings=SETTINGS)], FieldInvalid,
                     "settings", id="settings twice"),
        pytest.param([pb.IdentifyStreamRequest()], FieldMissing, "frame", id="nothing"),
        pytest.param([frame(-1)], FieldInvalid, "frame.offset_ms", id="before the beginning"),
        pytest.param([frame(5), frame(5)], FieldInvalid, "frame.offset_ms", id="time stands still"),
        pytest.param([frame(5), frame(4)], FieldInvalid, "frame.offset_ms", id="time runs back"),
        pytest.param([frame(image=None)], FieldMissing, "frame.image", id="no picture"),
        pytest.param([hinted(pb.TrackHint(box=BOX))], FieldMissing, "frame.tracks.track_id",
                     id="a hint without a name"),
        pytest.param([hinted(pb.TrackHint(track_id="#1", box=BOX))], FieldInvalid,
                     "frame.tracks.track_id", id="a name of ours"),
        pytest.param([hinted(pb.TrackHint(track_id="a", box=BOX),
                             pb.TrackHint(track_id="a", box=BOX))], FieldInvalid,
                     "frame.tracks.track_id", id="a name twice"),
        pytest.param([hinted(pb.TrackHint(track_id="a"))], FieldInvalid, "frame.tracks.box",
                     id="no box"),
        pytest.param([hinted(pb.TrackHint(track_id="a", box=face_pb2.Box(
            x_min=float("nan"), x_max=1, y_max=1)))], FieldInvalid, "frame.tracks.box",
            id="no number"),
        pytest.param([hinted(pb.TrackHint(track_id="a", box=face_pb2.Box(
            x_max=float("inf"), y_max=1)))], FieldInvalid, "frame.tracks.box", id="no end"),
        pytest.param([hinted(*(pb.TrackHint(track_id=f"t{n}", box=BOX) for n in range(65)))],
                     BatchSize, "frame.tracks", id="65 hints"),
    ],
)  # fmt: skip
async def test_messages_that_are_refused(
    requests: list[pb.IdentifyStreamRequest], error: type[FaceError], field: str
) -> None:
    """Each mistake says which field it is in."""
    with pytest.raises(error) as raised:
        await decoded(*requests)

    assert field == raised.value.metadata["field"]


def test_a_response_about_the_stream_itself() -> None:
    """Names no track and decides nothing."""
    answer = Answer(told=None, dropped=3, lost=2, lost_reason="ERROR_REASON_QUEUE_FULL")

    response = encode_answer(answer)

    assert pb.IdentifyStreamResponse(
        dropped_frame_count=3, lost_frame_count=2, lost_reason="ERROR_REASON_QUEUE_FULL"
    ) == (response)
    assert not response.HasField("decision")
