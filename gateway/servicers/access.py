"""sureface.access.v1 over gRPC."""

from faces import fields
from faces.errors import FieldMissing
from faces.policy import Verdict
from gateway.access import Access, Answer
from gateway.codec.decisions import encode_candidate, encode_decision
from gateway.codec.faces import decode_image, encode_if_seen, encode_judged
from gateway.servicers.not_yet import StreamsNotYet
from meshkit.rpc import Context
from sureface.access.v1 import access_pb2 as pb

MAX_PHOTOS = 8
"""What `access.proto` promises of a verification by photos."""

_ABOUT_SOMEBODY = {Verdict.MATCH, Verdict.REVIEW}


class AccessServicer(StreamsNotYet):
    """Implements sureface.access.v1.AccessService but for its stream."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def Verify(self, request: pb.VerifyRequest, context: Context) -> pb.VerifyResponse:
        probe = decode_image(request.probe, "probe", present=request.HasField("probe"))
        match request.WhichOneof("reference"):
            case "person":
                answer = await self._access.verify_person(
                    request.scene,
                    probe,
                    collection_id=fields.collection_id(request.person.collection_id),
                    person_id=fields.person_id(request.person.person_id),
                    camera_id=fields.camera_id(request.camera_id),
                )
            case "photos":
                photos = [photo.data for photo in request.photos.photos]
                fields.count(len(photos), "photos", limit=MAX_PHOTOS)
                answer = await self._access.verify_photos(
                    request.scene,
                    probe,
                    photos=photos,
                    camera_id=fields.camera_id(request.camera_id),
                )
            case _:
                raise FieldMissing(field="reference")
        return _verified(answer)

    async def Identify(self, request: pb.IdentifyRequest, context: Context) -> pb.IdentifyResponse:
        answer = await self._access.identify(
            request.scene,
            decode_image(request.probe, "probe", present=request.HasField("probe")),
            collection_id=fields.collection_id(request.collection_id),
            camera_id=fields.camera_id(request.camera_id),
        )
        return _identified(answer)


def _verified(answer: Answer) -> pb.VerifyResponse:
    return pb.VerifyResponse(
        decision=encode_decision(answer.decision),
        similarity=answer.candidates[0].similarity if answer.candidates else None,
        face=encode_if_seen(answer.sample.face),
        quality=encode_judged(answer.sample.judged),
    )


def _identified(answer: Answer) -> pb.IdentifyResponse:
    named = answer.candidates and answer.decision.conclusion.verdict in _ABOUT_SOMEBODY
    return pb.IdentifyResponse(
        decision=encode_decision(answer.decision),
        candidate=encode_candidate(answer.candidates[0], 1) if named else None,
        face=encode_if_seen(answer.sample.face),
        quality=encode_judged(answer.sample.judged),
    )
