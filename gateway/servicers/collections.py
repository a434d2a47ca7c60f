"""The reading half of sureface.enrollment.v1: what the gallery knows, passed on."""

import contextlib
from collections.abc import Iterable

from faces import paging
from faces.errors import CollectionNotFound, FieldInvalid
from gateway.identity.asking import asking
from gateway.servicers.transfers import Transfers
from meshkit.deadlines import remaining_s
from meshkit.rpc import Context
from meshkit.status import raising
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2


class CollectionReads(Transfers):
    """Answers from the gallery, whose messages the public API shares."""

    async def GetCollection(
        self, request: pb.GetCollectionRequest, context: Context
    ) -> pb.GetCollectionResponse:
        collection = await self._require_collection(request.collection_id)
        return pb.GetCollectionResponse(collection=collection)

    async def ListCollections(
        self, request: pb.ListCollectionsRequest, context: Context
    ) -> pb.ListCollectionsResponse:
        who = asking()
        if who is not None and who.collections:
            return await self._listed(who.collections, request)
        with raising("gallery"):
            answer = await self._gallery.ListCollections(
                gallery_pb2.ListCollectionsRequest(
                    page_size=request.page_size, page_token=request.page_token
                ),
                timeout=remaining_s(),
            )
        return pb.ListCollectionsResponse(
            collections=map(self._shown, answer.collections),
            next_page_token=answer.next_page_token,
        )

    async def ListPersons(
        self, request: pb.ListPersonsRequest, context: Context
    ) -> pb.ListPersonsResponse:
        with raising("gallery"):
            answer = await self._gallery.ListPersons(
                gallery_pb2.ListPersonsRequest(
                    collection_id=request.collection_id,
                    page_size=request.page_size,
                    page_token=request.page_token,
                ),
                timeout=remaining_s(),
            )
        return pb.ListPersonsResponse(
            persons=answer.persons, next_page_token=answer.next_page_token
        )

    async def GetPerson(
        self, request: pb.GetPersonRequest, context: Context
    ) -> pb.GetPersonResponse:
        with raising("gallery"):
            answer = await self._gallery.GetPerson(
                gallery_pb2.GetPersonRequest(
                    collection_id=request.collection_id, person_id=request.person_id
                ),
                timeout=remaining_s(),
            )
        return pb.GetPersonResponse(person=answer.person, templates=answer.templates)

    async def _require_collection(self, collection_id: str) -> gallery_pb2.Collection:
        with raising("gallery"):
            answer = await self._gallery.GetCollection(
                gallery_pb2.GetCollectionRequest(collection_id=collection_id),
                timeout=remaining_s(),
            )
        return self._shown(answer.collection)

    def _shown(self, collection: gallery_pb2.Collection) -> gallery_pb2.Collection:
        """A collection of the gallery's answer, by the embedder's contract."""
        space = self._spaces.of(collection.collection_id)
        collection.contract_id = space.shown(collection.contract_id)
        return collection

    async def _listed(
        self, names: Iterable[str], request: pb.ListCollectionsRequest
    ) -> pb.ListCollectionsResponse:
        """One page of those that a credential is limited to.

        Not taken from a page of all: its token would name a collection out of reach.
        """
        after, size = paging.key_of(request.page_token), paging.size_of(request.page_size)
        cut = paging.page(sorted(name for name in names if name > after), size, key=str)
        found = []
        for name in cut.items:
            with contextlib.suppress(CollectionNotFound, FieldInvalid):  # a JWT may name anything
                found.append(await self._require_collection(name))
        return pb.ListCollectionsResponse(collections=found, next_page_token=cut.next_token)
