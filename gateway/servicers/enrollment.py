"""sureface.enrollment.v1 over gRPC: people in, people out."""

import hashlib
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import grpc.aio
from google.protobuf.timestamp_pb2 import Timestamp

from faces import fields
from faces.policy import Row
from gateway.backends.ports import Embedder
from gateway.codec.enrollment import (
    decode_photos,
    encode_enrolled,
    encode_outcomes,
    new_templates,
)
from gateway.enrollment import Enrollment
from gateway.records.recorder import Recorder
from gateway.reviewing.reviewing import Reviewing
from gateway.servicers.collections import CollectionReads
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


class EnrollmentServicer(CollectionReads):
    """Implements sureface.enrollment.v1.EnrollmentService but for its streams."""

    def __init__(
        self,
        enrollment: Enrollment,
        *,
        embedder: Embedder,
        gallery: grpc.aio.Channel,
        recorder: Recorder,
        reviewing: Reviewing,
    ) -> None:
        self._enrollment = enrollment
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

    async def EnrollPerson(
        self, request: pb.EnrollPersonRequest, context: Context
    ) -> pb.EnrollPersonResponse:
        policy = self._recorder.policy(request.scene)
        fields.request_id(request.request_id)
        outcomes = await self._enrollment.judge(
            policy,
            decode_photos(request.photos),
            collection_id=fields.collection_id(request.collection_id),
            person_id=fields.person_id(request.person_id),
        )
        templates = new_templates(request.photos, outcomes)
        judged = pb.EnrollPersonResponse(outcomes=encode_outcomes(outcomes))
        if not templates:
            collection = await self._require_collection(request.collection_id)
            await self._note(request, policy, [], collection.contract_id)
            return judged
        contract_id = next(o.sample.contract_id for o in outcomes if o.sample and not o.refusal)
        answer = await self._add(request, templates, judged, contract_id)
        await self._note(request, policy, answer.template_ids, contract_id)
        return encode_enrolled(answer)

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

    async def _add(
        self,
        request: pb.EnrollPersonRequest,
        templates: Sequence[gallery_pb2.NewTemplate],
        judged: pb.EnrollPersonResponse,
        contract_id: str,
    ) -> gallery_pb2.AddTemplatesResponse:
        """Write templates; what was said of the photos stays with the write.

        A repeated request is judged again, perhaps by another policy or beside other
        templates; its answer is that of the first.
        """
        fingerprint = hashlib.sha256(request.SerializeToString(deterministic=True)).digest()
        with raising("gallery"):
            return await self._gallery.AddTemplates(
                gallery_pb2.AddTemplatesRequest(
                    request_id=request.request_id,
                    collection_id=request.collection_id,
                    person_id=request.person_id,
                    contract_id=contract_id,
                    templates=templates,
                    labels=request.labels,
                    fingerprint=fingerprint,
                    annotation=judged.SerializeToString(),
                ),
                timeout=remaining_s(),
            )

    async def _note(
        self,
        request: pb.EnrollPersonRequest,
        policy: Row,
        template_ids: Sequence[str],
        contract_id: str,
    ) -> None:
        """Log an enrolment, one that came to nothing included."""
        await self._recorder.note(
            "enrollment",
            {
                "request_id": request.request_id,
                "scene": request.scene,
                "collection_id": request.collection_id,
                "person_id": request.person_id,
                "contract_id": contract_id,
                "template_ids": list(template_ids),
                "photos": len(request.photos),
            },
            policy=policy,
        )

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
