"""sureface.enrollment.v1 over gRPC: people in, people out."""

from typing import TYPE_CHECKING

import grpc.aio

from faces import fields
from gateway.backends.ports import Embedder
from gateway.backends.spaces import AS_THEY_COME, Spaces
from gateway.codec.erasures import decode_order, encode_receipt
from gateway.enrollment import Enrollment
from gateway.erasing.erasing import Erasing
from gateway.records.recorder import Recorder
from gateway.servicers.enrolling import Enrolling
from meshkit.deadlines import remaining_s
from meshkit.rpc import Context
from meshkit.status import raising
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub


class EnrollmentServicer(Enrolling):
    """Implements sureface.enrollment.v1.EnrollmentService, the whole of it."""

    def __init__(
        self,
        enrollment: Enrollment,
        *,
        embedder: Embedder,
        gallery: grpc.aio.Channel,
        recorder: Recorder,
        erasing: Erasing,
        person_limit_s: float,
        spaces: Spaces = AS_THEY_COME,
    ) -> None:
        """Gather what answers.

        Args:
            enrollment: Judges photos.
            embedder: Knows the contract of new collections.
            gallery: Keeps people.
            recorder: Keeps what was done.
            erasing: Erases people.
            person_limit_s: Longest time for one person of a batch.
            spaces: That the gallery keeps collections in.
        """
        self._enrollment = enrollment
        self._person_limit_s = person_limit_s
        self._embedder = embedder
        self._recorder = recorder
        self._erasing = erasing
        self._spaces = spaces
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
                    contract_id=self._spaces.of(request.collection_id).contract(contract_id),
                    dimension=dimension,
                ),
                timeout=remaining_s(),
            )
        return pb.CreateCollectionResponse(collection=self._shown(answer.collection))

    async def DeleteCollection(
        self, request: pb.DeleteCollectionRequest, context: Context
    ) -> pb.DeleteCollectionResponse:
        receipt = await self._erasing.erase(decode_order(request, ""))
        return pb.DeleteCollectionResponse(receipt=encode_receipt(receipt))

    async def DeletePerson(
        self, request: pb.DeletePersonRequest, context: Context
    ) -> pb.DeletePersonResponse:
        person_id = fields.person_id(request.person_id)
        receipt = await self._erasing.erase(decode_order(request, person_id))
        return pb.DeletePersonResponse(receipt=encode_receipt(receipt))
