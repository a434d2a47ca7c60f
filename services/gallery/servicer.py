"""The gRPC face of the gallery: decode, ask, encode. No decision is made here."""

from collections.abc import AsyncIterator

from faces import fields, paging
from meshkit.hearing import heard_out
from meshkit.rpc import Context
from services.gallery import rules
from services.gallery.codec import bulk, questions, replies, requests, samples
from services.gallery.gallery import Gallery
from services.gallery.transfer import Transfer
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1 import gallery_pb2_grpc


class GalleryServicer(gallery_pb2_grpc.GalleryServiceServicer):
    """Implements sureface.gallery.v1.GalleryService."""

    def __init__(self, gallery: Gallery, transfer: Transfer) -> None:
        self._gallery = gallery
        self._transfer = transfer

    async def CreateCollection(
        self, request: pb.CreateCollectionRequest, context: Context
    ) -> pb.CreateCollectionResponse:
        write, new = requests.request_of(request), requests.decode_collection(request)
        return replies.created(
            await self._gallery.write(write, new.collection_id, lambda tx: rules.create(tx, new))
        )

    async def GetCollection(
        self, request: pb.GetCollectionRequest, context: Context
    ) -> pb.GetCollectionResponse:
        collection = await self._gallery.collection(fields.collection_id(request.collection_id))
        return pb.GetCollectionResponse(collection=replies.collection(collection))

    async def ListCollections(
        self, request: pb.ListCollectionsRequest, context: Context
    ) -> pb.ListCollectionsResponse:
        after, size = paging.key_of(request.page_token), paging.size_of(request.page_size)
        page = await self._gallery.collections(after, size)
        return pb.ListCollectionsResponse(
            collections=map(replies.collection, page.items), next_page_token=page.next_token
        )

    async def DeleteCollection(
        self, request: pb.DeleteCollectionRequest, context: Context
    ) -> pb.DeleteCollectionResponse:
        write, name = requests.request_of(request), fields.collection_id(request.collection_id)
        gone = await self._gallery.write(write, name, lambda tx: rules.drop(tx, name))
        return replies.dropped(gone)

    async def AddTemplates(
        self, request: pb.AddTemplatesRequest, context: Context
    ) -> pb.AddTemplatesResponse:
        write, new = requests.request_of(request), samples.decode_templates(request)
        return replies.added(
            await self._gallery.write(write, new.collection_id, lambda tx: rules.add(tx, new))
        )

    async def GetPerson(
        self, request: pb.GetPersonRequest, context: Context
    ) -> pb.GetPersonResponse:
        name = fields.collection_id(request.collection_id)
        person, templates = await self._gallery.person(name, fields.person_id(request.person_id))
        return pb.GetPersonResponse(
            person=replies.person(person), templates=replies.templates(templates)
        )

    async def ListPersons(
        self, request: pb.ListPersonsRequest, context: Context
    ) -> pb.ListPersonsResponse:
        name = fields.collection_id(request.collection_id)
        after, size = paging.key_of(request.page_token), paging.size_of(request.page_size)
        page = await self._gallery.persons(name, after, size)
        return pb.ListPersonsResponse(
            persons=map(replies.person, page.items), next_page_token=page.next_token
        )

    async def DeletePerson(
        self, request: pb.DeletePersonRequest, context: Context
    ) -> pb.DeletePersonResponse:
        write, name = requests.request_of(request), fields.collection_id(request.collection_id)
        person = fields.person_id(request.person_id)
        return replies.removed(
            await self._gallery.write(write, name, lambda tx: rules.remove_person(tx, name, person))
        )

    async def DeleteTemplate(
        self, request: pb.DeleteTemplateRequest, context: Context
    ) -> pb.DeleteTemplateResponse:
        write, name = requests.request_of(request), fields.collection_id(request.collection_id)
        template = requests.decode_template_id(request)
        gone = await self._gallery.write(
            write, name, lambda tx: rules.remove_template(tx, name, template)
        )
        return pb.DeleteTemplateResponse(position=gone.position)

    async def SearchPersons(
        self, request: pb.SearchPersonsRequest, context: Context
    ) -> pb.SearchPersonsResponse:
        probes, limit = questions.decode_search(request)
        return replies.searched(await self._gallery.search(probes, limit))

    async def ScorePerson(
        self, request: pb.ScorePersonRequest, context: Context
    ) -> pb.ScorePersonResponse:
        probe, person = questions.decode_score(request)
        return replies.scored(await self._gallery.score(probe, person))

    async def ExportTemplates(
        self, request: pb.ExportTemplatesRequest, context: Context
    ) -> AsyncIterator[pb.ExportTemplatesResponse]:
        name, after = fields.collection_id(request.collection_id), bulk.decode_after(request)
        first = True
        async for collection, batch in self._transfer.give(name, after):
            yield bulk.exported(collection, batch, first=first)
            first = False

    async def ImportTemplates(
        self, request_iterator: AsyncIterator[pb.ImportTemplatesRequest], context: Context
    ) -> pb.ImportTemplatesResponse:
        async with heard_out(request_iterator):
            stored = await self._transfer.take(bulk.decode_import(request_iterator))
        return pb.ImportTemplatesResponse(
            template_count=stored.template_count, position=stored.position
        )

    async def GetImport(
        self, request: pb.GetImportRequest, context: Context
    ) -> pb.GetImportResponse:
        import_id = bulk.decode_import_id(request.import_id)
        return pb.GetImportResponse(next_sequence=await self._transfer.progress(import_id))
