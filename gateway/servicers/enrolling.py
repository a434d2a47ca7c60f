"""The enrolling half of sureface.enrollment.v1: one person, or a stream of people."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence

from faces import fields
from faces.policy import Row
from gateway.backends.turning import turn
from gateway.codec.enrollment import (
    decode_photos,
    encode_enrolled,
    encode_outcomes,
    new_templates,
)
from gateway.enrollment import Enrollment
from gateway.servicers.batch import IN_FLIGHT, Batch
from gateway.servicers.collections import CollectionReads
from meshkit.deadlines import remaining_s
from meshkit.rpc import Context
from meshkit.status import raising
from meshkit.together import as_done
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2


class Enrolling(CollectionReads):
    """Enrols people, alone or many of them, in one and the same way."""

    _enrollment: Enrollment
    _person_limit_s: float

    async def EnrollPerson(
        self, request: pb.EnrollPersonRequest, context: Context
    ) -> pb.EnrollPersonResponse:
        return await self._enroll(request)

    async def BatchEnroll(
        self, request_iterator: AsyncIterator[pb.BatchEnrollRequest], context: Context
    ) -> AsyncIterator[pb.BatchEnrollResponse]:
        batch = Batch(self._enroll, limit_s=self._person_limit_s)
        answers = as_done(aiter(request_iterator), batch.answer, limit=IN_FLIGHT)
        async with contextlib.aclosing(answers):
            async for answer in answers:
                yield answer

    async def _enroll(self, request: pb.EnrollPersonRequest) -> pb.EnrollPersonResponse:
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
        space = self._spaces.of(request.collection_id)
        await turn(templates, space, contract_id, dimension=len(templates[0].vector))
        with raising("gallery"):
            return await self._gallery.AddTemplates(
                gallery_pb2.AddTemplatesRequest(
                    request_id=request.request_id,
                    collection_id=request.collection_id,
                    person_id=request.person_id,
                    contract_id=space.contract(contract_id),
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
