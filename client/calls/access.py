"""Calls of `sureface.access.v1.AccessService`."""

from collections.abc import Sequence

from client.calls.prepared import Prepared, Stream, prepare
from client.codec import decision as codec
from client.codec import stream as stream_codec
from client.codec.wire import image
from client.types import Identification, Picture, StreamUpdate, Verification
from sureface.access.v1 import access_pb2 as pb


def verify(
    *, scene: str, probe: Picture, collection_id: str, person_id: str, camera_id: str = ""
) -> Prepared[Verification]:
    """Compare a probe with one enrolled person (1:1)."""
    person = pb.PersonReference(collection_id=collection_id, person_id=person_id)
    request = pb.VerifyRequest(scene=scene, probe=image(probe), person=person, camera_id=camera_id)
    return prepare(request, pb.VerifyResponse, codec.verification)


def verify_photos(
    *, scene: str, probe: Picture, photos: Sequence[Picture], camera_id: str = ""
) -> Prepared[Verification]:
    """Compare a probe with 1 to 8 photos of the claimed person; nothing is kept of them."""
    reference = pb.PhotoReference(photos=[image(photo) for photo in photos])
    request = pb.VerifyRequest(
        scene=scene, probe=image(probe), photos=reference, camera_id=camera_id
    )
    return prepare(request, pb.VerifyResponse, codec.verification)


def identify(
    *, scene: str, probe: Picture, collection_id: str, camera_id: str = ""
) -> Prepared[Identification]:
    """Compare a probe with everyone in a collection (1:N); one verdict."""
    request = pb.IdentifyRequest(
        scene=scene, probe=image(probe), collection_id=collection_id, camera_id=camera_id
    )
    return prepare(request, pb.IdentifyResponse, codec.identification)


def identify_stream(*, scene: str, collection_id: str, camera_id: str) -> Stream[StreamUpdate]:
    """Watch a camera: at most one verdict for each track, and advice until then.

    Takes frames as they come, for as long as they come: pictures, or `client.types.Frame`. Goes
    on by itself when the gateway renews streams, and waits up to a minute for one that is away.
    """
    settings = pb.StreamSettings(scene=scene, collection_id=collection_id, camera_id=camera_id)
    return Stream(
        "/sureface.access.v1.AccessService/IdentifyStream",
        pb.IdentifyStreamRequest(settings=settings),
        stream_codec.frame,
        pb.IdentifyStreamResponse.FromString,
        stream_codec.update,
    )
