"""The bulk half of sureface.enrollment.v1: streams of the gallery, passed on as they come."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import grpc
import grpc.aio

from faces import fields
from faces.contract import require_contract
from faces.errors import FaceError, ServiceUnavailable, StoreUnavailable
from gateway.backends.spaces import Space, Spaces
from gateway.backends.turning import turn
from gateway.records.recorder import Recorder
from meshkit.deadlines import remaining_s
from meshkit.hearing import heard_out
from meshkit.rpc import Context
from meshkit.status import info_of, raising
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.enrollment.v1 import enrollment_pb2_grpc
from sureface.gallery.v1 import gallery_pb2

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub


class Transfers(enrollment_pb2_grpc.EnrollmentServiceServicer):
    """Holds one message at a time: whoever is slower sets the pace."""

    _gallery: "GalleryServiceAsyncStub"
    _recorder: Recorder
    _spaces: Spaces

    async def ExportCollection(
        self, request: pb.ExportCollectionRequest, context: Context
    ) -> AsyncIterator[pb.ExportCollectionResponse]:
        collection_id = fields.collection_id(request.collection_id)
        wanted = gallery_pb2.ExportTemplatesRequest(
            collection_id=collection_id, after_template_id=request.after_template_id
        )
        # On record before the first vector leaves.
        await self._recorder.note("export", {"collection_id": collection_id})
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
        requests = aiter(request_iterator)
        async with heard_out(requests):
            answer = await self._recorded(requests)
        return pb.ImportCollectionResponse(
            template_count=answer.template_count, position=answer.position
        )

    async def GetImport(
        self, request: pb.GetImportRequest, context: Context
    ) -> pb.GetImportResponse:
        wanted = gallery_pb2.GetImportRequest(import_id=request.import_id)
        with raising("gallery"):
            answer = await self._gallery.GetImport(wanted, timeout=remaining_s())
        return pb.GetImportResponse(next_sequence=answer.next_sequence)

    async def _recorded(
        self, requests: AsyncIterator[pb.ImportCollectionRequest]
    ) -> gallery_pb2.ImportTemplatesResponse:
        first = await anext(requests, pb.ImportCollectionRequest())
        facts = {
            "collection_id": fields.collection_id(first.collection_id),
            "import_id": fields.request_id(first.import_id, "import_id"),
        }
        # On record before the first vector arrives: what came stays, however this ends.
        await self._recorder.note("import", facts)
        try:
            answer = await self._import(first, requests)
        except BaseException as error:
            with contextlib.suppress(StoreUnavailable):  # the caller hears of the first failure
                await self._recorder.note("import_end", {**facts, "outcome": _outcome(error)})
            raise
        done = {"outcome": "OK", "template_count": answer.template_count}
        await self._recorder.note("import_end", {**facts, **done})
        return answer

    async def _import(
        self, first: pb.ImportCollectionRequest, rest: AsyncIterator[pb.ImportCollectionRequest]
    ) -> gallery_pb2.ImportTemplatesResponse:
        dimension = await self._dimension(first)
        call = self._gallery.ImportTemplates(timeout=remaining_s())

        async def send(request: pb.ImportCollectionRequest) -> None:
            space = self._spaces.of(first.collection_id)
            forwarded = _forwarded(request, space.contract(request.contract_id))
            if dimension:
                # Of what the caller sent: another gateway may turn it otherwise in the last digit.
                forwarded.fingerprint = await asyncio.to_thread(_fingerprint, space, forwarded)
                templates = [record.template for record in forwarded.records]
                await turn(templates, space, first.contract_id, dimension=dimension)
            await call.write(forwarded)

        try:
            with raising("gallery"), _cut():
                # A call that is refused takes no more messages, and tells why at its end.
                with contextlib.suppress(asyncio.InvalidStateError):
                    await send(first)
                    async for request in rest:
                        await send(request)
                    await call.done_writing()
                return await call
        finally:
            call.cancel()

    async def _dimension(self, first: pb.ImportCollectionRequest) -> int:
        """Length of the vectors of an import that are turned; 0 if none are.

        Not taken from them: a matrix of any length that somebody sends may not fit into memory.
        """
        space = self._spaces.of(first.collection_id)
        if not space.turns(first.contract_id):
            return 0
        wanted = gallery_pb2.GetCollectionRequest(collection_id=first.collection_id)
        with raising("gallery"):
            answer = await self._gallery.GetCollection(wanted, timeout=remaining_s())
        # Before a matrix is drawn for what would be refused.
        require_contract(space.contract(first.contract_id), served=answer.collection.contract_id)
        return answer.collection.dimension


@contextlib.contextmanager
def _cut() -> Iterator[None]:
    """Let the caller go on where the gallery ended the call while we were sending.

    grpc.aio then says INTERNAL, and forgets what the gallery said: it will say it again.
    """
    try:
        yield
    except grpc.aio.AioRpcError as error:
        if error.code() is not grpc.StatusCode.INTERNAL or info_of(error):
            raise
        raise ServiceUnavailable(service="gallery") from error


def _outcome(error: BaseException) -> str:
    """Why something ended, in a word that holds nothing of what was sent."""
    return error.reason if isinstance(error, FaceError) else type(error).__name__


def _forwarded(
    request: pb.ImportCollectionRequest, contract_id: str
) -> gallery_pb2.ImportTemplatesRequest:
    return gallery_pb2.ImportTemplatesRequest(
        collection_id=request.collection_id,
        contract_id=contract_id,
        records=request.records,
        import_id=request.import_id,
        first_sequence=request.first_sequence,
    )


def _fingerprint(space: Space, message: gallery_pb2.ImportTemplatesRequest) -> bytes:
    records = gallery_pb2.ImportTemplatesRequest(records=message.records)
    return space.fingerprint(records.SerializeToString(deterministic=True))
