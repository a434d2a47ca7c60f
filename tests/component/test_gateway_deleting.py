"""The gallery as a gateway erases from it: a real one."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc.aio
import pytest

from faces.errors import CollectionNotFound, PersonNotFound, RequestIdReused
from gateway.backends.deleting import GrpcDeleting
from meshkit.channels import channel
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from tests.galleries import STAFF, Stub, add, config, create, new_id, unit_vectors

MANY = 105
"""More than one page."""


@pytest.fixture(name="opened")
async def _opened(tmp_path: Path) -> AsyncIterator[grpc.aio.Channel]:
    """A gallery with many people of one template each."""
    services = list(gallery_pb2.DESCRIPTOR.services_by_name.values())
    async with contextlib.AsyncExitStack() as stack:
        port = await stack.enter_async_context(open_app(config(tmp_path / "gallery.db")))
        opened = await stack.enter_async_context(channel(f"127.0.0.1:{port}", services, None))
        gallery: Stub = GalleryServiceStub(opened)
        await gallery.CreateCollection(create())
        for number, vector in enumerate(unit_vectors(MANY)):
            await gallery.AddTemplates(add(f"p-{number:03d}", vector))
        yield opened


async def test_whose_latest_template_is_old_is_told(opened: grpc.aio.Channel) -> None:
    """Whoever was enrolled long ago, and got another template since, is not."""
    gallery: Stub = GalleryServiceStub(opened)
    first = await gallery.GetPerson(
        gallery_pb2.GetPersonRequest(collection_id=STAFF, person_id=f"p-{MANY - 1:03d}")
    )
    limit = first.person.create_time.ToDatetime(UTC) + timedelta(microseconds=1)
    await gallery.AddTemplates(add("p-001", *unit_vectors(1, seed=9)))
    deleting = GrpcDeleting(opened)
    old = [each async for each in deleting.aged(STAFF, limit)]
    none = [each async for each in deleting.aged(STAFF, limit - timedelta(days=1))]

    assert [f"p-{number:03d}" for number in range(MANY) if number != 1] == old
    assert [] == none
    with pytest.raises(CollectionNotFound):
        [each async for each in deleting.aged("others", limit)]


async def test_a_request_deletes_once(opened: grpc.aio.Channel) -> None:
    """Repeated, it is answered as the first time; another one finds nobody."""
    deleting, request_id = GrpcDeleting(opened), new_id()
    first = await deleting.delete(request_id, STAFF, "p-000")
    again = await deleting.delete(request_id, STAFF, "p-000")
    with pytest.raises(PersonNotFound):
        await deleting.delete(new_id(), STAFF, "p-000")
    with pytest.raises(RequestIdReused):
        await deleting.delete(request_id, STAFF, "p-001")
    everybody = await deleting.delete(new_id(), STAFF, "")

    assert (1, again) == (first.template_count, first)
    assert timedelta(0) <= datetime.now(UTC) - first.time
    assert MANY - 1 == everybody.template_count
