"""The bulk half of sureface.enrollment.v1: streams of the gallery, passed on as they come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from gateway.records.recorder import Recorder
from gateway.servicers.not_yet import BulkNotYet
from meshkit.deadlines import remaining_s
from meshkit.rpc import Context
from meshkit.status import raising
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub


class Transfers(BulkNotYet):
    """Holds one message at a time: whoever is slower sets the pace."""

    _gallery: "GalleryServiceAsyncStub"
    _recorder: Recorder

    async def ExportCollection(
        self, request: pb.ExportCollectionRequest, context: Context
    ) -> AsyncIterator[pb.ExportCollectionResponse]:
        wanted = gallery_pb2.ExportTemplatesRequest(
            collection_id=request.collection_id, after_template_id=request.after_template_id
        )
        # On record before the first vector leaves.
        self._recorder.note("export", {"collection_id": request.collection_id})
        call = self._gallery.ExportTemplates(wanted, timeout=remaining_s())
        try:
            with raising("gallery"):
                async for message in call:
                    yield pb.ExportCollectionResponse(
                        contract_id=message.contract_id,
                        records=message.records,
                        dimension=message.dimension,
                        template_count=message.template_count,
                    )
        finally:
            call.cancel()

    async def ImportCollection(
        self, request_iterator: AsyncIterator[pb.ImportCollectionRequest], context: Context
    ) -> pb.ImportCollectionResponse:
        call = self._gallery.ImportTemplates(timeout=remaining_s())
        collection_id = ""
        try:
            with raising("gallery"):
                # A call that is refused takes no more messages, and tells why at its end.
                with contextlib.suppress(asyncio.InvalidStateError):
                    async for request in request_iterator:
                        collection_id = collection_id or request.collection_id
                        await call.write(_forwarded(request))
                    await call.done_writing()
                answer = await call
        finally:
            call.cancel()
        facts = {"collection_id": collection_id, "template_count": answer.template_count}
        self._recorder.note("import", facts)
        return pb.ImportCollectionResponse(
            template_count=answer.template_count, position=answer.position
        )


def _forwarded(request: pb.ImportCollectionRequest) -> gallery_pb2.ImportTemplatesRequest:
    return gallery_pb2.ImportTemplatesRequest(
        collection_id=request.collection_id,
        contract_id=request.contract_id,
        records=request.records,
        import_id=request.import_id,
        first_sequence=request.first_sequence,
    )
