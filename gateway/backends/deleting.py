"""The gallery, as far as it erases."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import grpc.aio

from faces.errors import CollectionNotFound, PersonNotFound
from gateway.erasing.port import Deleted
from meshkit.deadlines import remaining_s
from meshkit.status import raising
from sureface.gallery.v1 import gallery_pb2, gallery_pb2_grpc

if TYPE_CHECKING:
    from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceAsyncStub


class GrpcDeleting:
    """Implements `gateway.erasing.port.Deleting`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._stub: GalleryServiceAsyncStub = gallery_pb2_grpc.GalleryServiceStub(channel)

    async def delete(self, request_id: str, collection_id: str, person_id: str) -> Deleted:
        """Implement `Deleting.delete`."""
        with raising("gallery"):
            answer = await (
                self._person(request_id, collection_id, person_id)
                if person_id
                else self._collection(request_id, collection_id)
            )
        return Deleted(answer.template_count, answer.delete_time.ToDatetime(UTC))

    async def _person(
        self, request_id: str, collection_id: str, person_id: str
    ) -> gallery_pb2.DeletePersonResponse:
        request = gallery_pb2.DeletePersonRequest(
            request_id=request_id, collection_id=collection_id, person_id=person_id
        )
        return await self._stub.DeletePerson(request, timeout=remaining_s())

    async def _collection(
        self, request_id: str, collection_id: str
    ) -> gallery_pb2.DeleteCollectionResponse:
        request = gallery_pb2.DeleteCollectionRequest(
            request_id=request_id, collection_id=collection_id
        )
        return await self._stub.DeleteCollection(request, timeout=remaining_s())

    async def aged(self, collection_id: str, limit: datetime) -> AsyncIterator[str]:
        """Implement `Deleting.aged`."""
        request, more = gallery_pb2.ListPersonsRequest(collection_id=collection_id), True
        while more:
            with raising("gallery"):
                page = await self._stub.ListPersons(request, timeout=remaining_s())
            for person in page.persons:
                enrolled = person.create_time.ToDatetime(UTC) < limit
                if enrolled and await self._latest(collection_id, person.person_id) < limit:
                    yield person.person_id
            request.page_token, more = page.next_page_token, bool(page.next_page_token)

    async def _latest(self, collection_id: str, person_id: str) -> datetime:
        """When the latest template of somebody was added; now if they are gone."""
        request = gallery_pb2.GetPersonRequest(collection_id=collection_id, person_id=person_id)
        try:
            with raising("gallery"):
                answer = await self._stub.GetPerson(request, timeout=remaining_s())
        except (CollectionNotFound, PersonNotFound):
            return datetime.now(UTC)
        times = (each.create_time.ToDatetime(UTC) for each in answer.templates)
        return max(times, default=answer.person.create_time.ToDatetime(UTC))
