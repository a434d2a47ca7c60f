"""Imports and exports through the gateway, in front of a real gallery or of one that waits."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest

from gateway.app import open_app as open_gateway
from gateway.config import Config
from meshkit.rpc import Context
from meshkit.server import serving
from services.gallery.app import NAME
from services.gallery.app import open_app as open_gallery
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceStub
from sureface.gallery.v1 import gallery_pb2, gallery_pb2_grpc
from tests.bulk import people, record
from tests.echo import CONFIG
from tests.galleries import CONTRACT, STAFF, config, create, new_id, refused, stub
from tests.records import kept

if TYPE_CHECKING:
    from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceAsyncStub

    Stub = EnrollmentServiceAsyncStub
else:
    Stub = EnrollmentServiceStub

NOBODY = "127.0.0.1:1"


class Gateway:
    """A gateway with nothing behind it but a gallery, and what it noted."""

    def __init__(self, enrollment: Stub, folder: Path) -> None:
        self.enrollment = enrollment
        self._folder = folder

    def noted(self) -> list[dict[str, Any]]:
        """Its log, without what every record says."""
        lines = kept(self._folder)
        return [{k: v for k, v in line.items() if k not in _ALWAYS} for line in lines]


_ALWAYS = {
    *("position", "previous", "hash", "time", "policy_version"),
    *("caller", "request_id", "asked_time"),
}


@contextlib.asynccontextmanager
async def gateway_to(port: int, folder: Path, **more: Any) -> AsyncIterator[Gateway]:
    """Run a gateway in front of a gallery while the block runs."""
    settings = Config(
        host="127.0.0.1",
        port=0,
        drain_s=0,
        grace_s=1,
        data=folder,
        detector=NOBODY,
        embedder=NOBODY,
        gallery=f"127.0.0.1:{port}",
        **more,
    )
    async with (
        open_gateway(settings) as own,
        grpc.aio.insecure_channel(f"127.0.0.1:{own}") as channel,
    ):
        yield Gateway(EnrollmentServiceStub(channel), folder)


@pytest.fixture(name="gateway")
async def _gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    """In front of a real gallery."""
    async with open_gallery(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        async with gateway_to(port, tmp_path / "data") as running:
            yield running


def messages(*parts: Any, first: int = 0, **fields: Any) -> list[pb.ImportCollectionRequest]:
    """The messages of an import, or its rest from one of them on."""
    head = {"collection_id": STAFF, "contract_id": CONTRACT, "import_id": new_id()} | fields
    requests = [pb.ImportCollectionRequest(records=part) for part in parts]
    requests[0].MergeFrom(pb.ImportCollectionRequest(first_sequence=first, **head))
    return requests


async def test_an_import_goes_on(gateway: Gateway) -> None:
    """The gateway says where, so that nobody has to send what is stored."""
    name = new_id()
    asked = pb.GetImportRequest(import_id=name)

    before = await gateway.enrollment.GetImport(asked)
    await gateway.enrollment.ImportCollection(iter(messages(people(2), import_id=name)))
    between = await gateway.enrollment.GetImport(asked)
    rest = messages(people(3, 2), first=between.next_sequence, import_id=name)
    await gateway.enrollment.ImportCollection(iter(rest))
    after = await gateway.enrollment.GetImport(asked)

    assert [0, 1, 2] == [each.next_sequence for each in (before, between, after)]
    collection = pb.GetCollectionRequest(collection_id=STAFF)
    assert 5 == (await gateway.enrollment.GetCollection(collection)).collection.template_count


async def test_an_import_that_is_refused_is_on_record(gateway: Gateway) -> None:
    """What came before the refusal is stored, so the log says that somebody was there."""
    sent = messages(people(2), [record("no one")])

    reason = (await refused(gateway.enrollment.ImportCollection(iter(sent))))[1]

    facts = {"collection_id": STAFF, "import_id": sent[0].import_id}
    assert "ERROR_REASON_FIELD_INVALID" == reason
    *own, access = gateway.noted()
    assert [
        {"kind": "import", **facts},
        {"kind": "import_end", **facts, "outcome": reason},
    ] == own
    assert {"kind": "access", **facts}.items() <= access.items()


async def test_an_import_that_succeeds_is_on_record(gateway: Gateway) -> None:
    """With how much came of it."""
    sent = messages(people(2))

    await gateway.enrollment.ImportCollection(iter(sent))

    assert ["import", "import_end"] == [each["kind"] for each in gateway.noted()]
    assert ("OK", 2) == tuple(gateway.noted()[1][key] for key in ("outcome", "template_count"))


async def exported(gateway: Gateway, collection_id: str) -> list[pb.ExportCollectionResponse]:
    request = pb.ExportCollectionRequest(collection_id=collection_id)
    return [each async for each in gateway.enrollment.ExportCollection(request)]


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(
            lambda gateway, text: gateway.enrollment.ImportCollection(
                iter(messages(people(1), collection_id=text))
            ),
            "collection_id",
            id="import",
        ),
        pytest.param(
            lambda gateway, text: gateway.enrollment.ImportCollection(
                iter(messages(people(1), import_id=text))
            ),
            "import_id",
            id="its name",
        ),
        pytest.param(exported, "collection_id", id="export"),
    ],
)
async def test_what_is_no_identifier_is_not_logged(
    gateway: Gateway, call: Callable[[Gateway, str], Any], field: str
) -> None:
    """Nobody fills the log with texts of their own."""
    code, reason, metadata = await refused(call(gateway, "x" * 5_000_000))

    assert (grpc.StatusCode.INVALID_ARGUMENT, "ERROR_REASON_FIELD_INVALID") == (code, reason)
    assert field == metadata["field"]
    [access] = gateway.noted()
    assert ("access", reason) == (access["kind"], access["error"])
    assert field not in access


class Waiting(gallery_pb2_grpc.GalleryServiceServicer):
    """A gallery that takes and gives nothing, and notices who leaves."""

    def __init__(self) -> None:
        self.remaining_s = asyncio.get_running_loop().create_future()
        """Of the first call, when it came."""
        self.left = asyncio.Event()

    async def ExportTemplates(  # gRPC's name
        self, request: gallery_pb2.ExportTemplatesRequest, context: Context
    ) -> AsyncIterator[gallery_pb2.ExportTemplatesResponse]:
        await self._wait(context)
        yield gallery_pb2.ExportTemplatesResponse()

    async def ImportTemplates(  # gRPC's name
        self, request_iterator: Any, context: Context
    ) -> gallery_pb2.ImportTemplatesResponse:
        await self._wait(context)
        return gallery_pb2.ImportTemplatesResponse()

    async def _wait(self, context: Context) -> None:
        self.remaining_s.set_result(context.time_remaining())
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self.left.set()


@pytest.mark.parametrize("kind", ["import", "export"])
async def test_a_transfer_ends_with_its_caller(kind: str, tmp_path: Path) -> None:
    """The gallery is told how much time there is, and does not work for who has left."""
    waiting = Waiting()  # type: ignore[abstract]  # its other calls are not made
    add = gallery_pb2_grpc.add_GalleryServiceServicer_to_server
    async with (
        serving({NAME: lambda server: add(waiting, server)}, CONFIG) as port,
        gateway_to(port, tmp_path) as gateway,
    ):
        call: Any
        if kind == "import":
            call = gateway.enrollment.ImportCollection(iter(messages(people(1))), timeout=90)
        else:
            wanted = pb.ExportCollectionRequest(collection_id=STAFF)
            call = gateway.enrollment.ExportCollection(wanted, timeout=90)
        remaining_s = await waiting.remaining_s
        call.cancel()
        async with asyncio.timeout(30):
            await waiting.left.wait()

    assert 30 < remaining_s <= 91
    noted = [(line["kind"], line.get("outcome")) for line in gateway.noted()]
    own = [("import_end", "CancelledError")] if kind == "import" else []
    assert [*own, ("access", "CANCELLED")] == noted[1:]
