"""sureface.access.v1 over gRPC."""

import contextlib
from collections.abc import AsyncIterator

from faces import fields
from faces.errors import FieldMissing
from gateway.access import Access, Answer
from gateway.codec.decisions import encode_decision, encode_named
from gateway.codec.faces import decode_image, encode_if_seen, encode_judged
from gateway.codec.streams import decode_frames, decode_settings, encode_answer
from gateway.streaming.streams import Streams
from meshkit.rpc import Context
from sureface.access.v1 import access_pb2 as pb
from sureface.access.v1 import access_pb2_grpc as rpc

MAX_PHOTOS = 8
"""What `access.proto` promises of a verification by photos."""


class AccessServicer(rpc.AccessServiceServicer):
    """Implements sureface.access.v1.AccessService."""

    def __init__(self, access: Access, streams: Streams) -> None:
        self._access = access
        self._streams = streams

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

    async def IdentifyStream(
        self, request_iterator: AsyncIterator[pb.IdentifyStreamRequest], context: Context
    ) -> AsyncIterator[pb.IdentifyStreamResponse]:
        requests = aiter(request_iterator)
        settings = decode_settings(await anext(requests, pb.IdentifyStreamRequest()))
        answers = self._streams.watch(settings, decode_frames(requests))
        async with contextlib.aclosing(answers):
            async for answer in answers:
                yield encode_answer(answer)


def _verified(answer: Answer) -> pb.VerifyResponse:
    return pb.VerifyResponse(
        decision=encode_decision(answer.decision),
        similarity=answer.candidates[0].similarity if answer.candidates else None,
        face=encode_if_seen(answer.sample.face),
        quality=encode_judged(answer.sample.judged),
        photo_similarities=answer.photo_similarities,
    )


def _identified(answer: Answer) -> pb.IdentifyResponse:
    return pb.IdentifyResponse(
        decision=encode_decision(answer.decision),
        candidate=encode_named(answer.decision, answer.candidates),
        face=encode_if_seen(answer.sample.face),
        quality=encode_judged(answer.sample.judged),
    )
