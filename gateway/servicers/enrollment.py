"""sureface.enrollment.v1 over gRPC: people in, people out."""

import uuid
from typing import TYPE_CHECKING

import grpc.aio
from google.protobuf.timestamp_pb2 import Timestamp

from faces import fields
from gateway.backends.ports import Embedder
from gateway.enrollment import Enrollment
from gateway.records.recorder import Recorder
from gateway.reviewing.reviewing import Reviewing
from gateway.servicers.enrolling import Enrolling
from meshkit.deadlines import remaining_s
from meshkit.rpc import Context
from meshkit.status import raising
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub

_RECEIPTS = uuid.UUID("5d0c8a5e-3a43-4c62-9d55-1f1ad9a7c6c4")
"""Name space of receipts: a repeated request gets the same one."""


class EnrollmentServicer(Enrolling):
    """Implements sureface.enrollment.v1.EnrollmentService, the whole of it."""

    def __init__(
        self,
        enrollment: Enrollment,
        *,
        embedder: Embedder,
        gallery: grpc.aio.Channel,
        recorder: Recorder,
        reviewing: Reviewing,
        person_limit_s: float,
    ) -> None:
        """Gather what answers.

        Args:
            enrollment: Judges photos.
            embedder: Knows the contract of new collections.
            gallery: Keeps people.
            recorder: Keeps what was done.
            reviewing: Forgets who is deleted.
            person_limit_s: Longest time for one person of a batch.
        """
        self._enrollment = enrollment
        self._person_limit_s = person_limit_s
        self._embedder = embedder
        self._recorder = recorder
        self._reviewing = reviewing
        self._gallery: GalleryServiceAsyncStub = GalleryServiceStub(gallery)

    async def CreateCollection(
        self, request: pb.CreateCollectionRequest, context: Context
    ) -> pb.CreateCollectionResponse:
        contract_id, dimension = await self._embedder.contract()
        with raising("gallery"):
            answer = await self._gallery.CreateCollection(
                gallery_pb2.CreateCollectionRequest(
                    request_id=request.request_id,
                    collection_id=request.collection_id,
                    contract_id=contract_id,
                    dimension=dimension,
                ),
                timeout=remaining_s(),
            )
        return pb.CreateCollectionResponse(collection=answer.collection)

    async def DeleteCollection(
        self, request: pb.DeleteCollectionRequest, context: Context
    ) -> pb.DeleteCollectionResponse:
        with raising("gallery"):
            answer = await self._gallery.DeleteCollection(
                gallery_pb2.DeleteCollectionRequest(
                    request_id=request.request_id, collection_id=request.collection_id
                ),
                timeout=remaining_s(),
            )
        await self._reviewing.forget(request.collection_id)
        receipt = await self._receipt(request, "", answer.template_count, answer.delete_time)
        return pb.DeleteCollectionResponse(receipt=receipt)

    async def DeletePerson(
        self, request: pb.DeletePersonRequest, context: Context
    ) -> pb.DeletePersonResponse:
        with raising("gallery"):
            answer = await self._gallery.DeletePerson(
                gallery_pb2.DeletePersonRequest(
                    request_id=request.request_id,
                    collection_id=request.collection_id,
                    person_id=request.person_id,
                ),
                timeout=remaining_s(),
            )
        await self._reviewing.forget(request.collection_id, request.person_id)
        receipt = await self._receipt(
            request, request.person_id, answer.template_count, answer.delete_time
        )
        return pb.DeletePersonResponse(receipt=receipt)

    async def _receipt(
        self,
        request: pb.DeletePersonRequest | pb.DeleteCollectionRequest,
        person_id: str,
        template_count: int,
        delete_time: Timestamp,
    ) -> pb.ErasureReceipt:
        receipt = pb.ErasureReceipt(
            receipt_id=str(uuid.uuid5(_RECEIPTS, fields.request_id(request.request_id))),
            collection_id=request.collection_id,
            person_id=person_id,
            template_count=template_count,
            delete_time=delete_time,
        )
        await self._recorder.note(
            "erasure",
            {
                "receipt_id": receipt.receipt_id,
                "delete_time": delete_time.ToJsonString(),
                "collection_id": request.collection_id,
                "person_id": person_id,
                "template_count": template_count,
            },
        )
        return receipt
