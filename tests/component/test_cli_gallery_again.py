"""`sureface gallery tune|compact` where answers break off, and at somebody else's port."""

from collections.abc import AsyncIterator

import grpc
import pytest

from client.commands.gallery import maintenance
from client.exits import Exit
from faces.errors import DeadlineExceeded
from meshkit.rpc import Context
from meshkit.server import serving
from services.gallery.app import UPKEEP
from sureface.gallery.v1 import maintenance_pb2 as pb
from sureface.gallery.v1 import maintenance_pb2_grpc
from tests.cli import run_gallery
from tests.echo import CONFIG
from tests.galleries import STAFF

STORAGES = ["fp32", "fp16", "int8"]


class Breaking(maintenance_pb2_grpc.MaintenanceServiceServicer):
    """A gallery whose answers break off, or take too long, the first time."""

    def __init__(self) -> None:
        self.calls = 0

    async def TuneCollection(  # gRPC's name
        self, request: pb.TuneCollectionRequest, context: Context
    ) -> AsyncIterator[pb.TuneCollectionResponse]:
        self.calls += 1
        for number, storage in enumerate(STORAGES[: self.calls + 1], start=1):
            plan = pb.IndexPlan(storage=storage)
            yield pb.TuneCollectionResponse(plan=plan, measured_count=number, plan_count=3)
        if self.calls == 1:
            await context.abort(grpc.StatusCode.UNAVAILABLE)
        yield pb.TuneCollectionResponse(plan=plan, measured_count=3, chosen=True)

    async def CompactCollection(  # gRPC's name
        self, request: pb.CompactCollectionRequest, context: Context
    ) -> pb.CompactCollectionResponse:
        self.calls += 1
        if self.calls == 1:
            raise DeadlineExceeded(stage="gallery")
        return pb.CompactCollectionResponse(tombstone_count=5)


@pytest.mark.parametrize(
    ("word", "told"),
    [
        pytest.param("tune", ["plan", *STORAGES, "chosen:"], id="a tuning goes on"),
        pytest.param("compact", ["5"], id="a compaction is waited for"),
    ],
)
async def test_asks_again(word: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes longer than a connection or a deadline is shown once, and to its end."""
    monkeypatch.setattr(maintenance, "_PAUSE_S", 0)
    servicer = Breaking()  # type: ignore[abstract]  # its other call is not made
    add = maintenance_pb2_grpc.add_MaintenanceServiceServicer_to_server
    async with serving({UPKEEP: lambda server: add(servicer, server)}, CONFIG) as port:
        result = await run_gallery(port, word, STAFF)

    assert (Exit.OK, "", 2) == (result.exit_code, result.stderr, servicer.calls)
    assert told == [line.split()[0].rstrip(",") for line in result.stdout.splitlines() if line]


async def test_a_stranger_is_no_gallery() -> None:
    """Somebody else's port, such as a gateway's, is told for what it is not."""
    async with serving({}, CONFIG) as port:
        result = await run_gallery(port, "stats")

    line = f"sureface: 127.0.0.1:{port} answers UNIMPLEMENTED; is it a gallery of Sureface?\n"
    assert (Exit.UNAVAILABLE, line) == (result.exit_code, result.stderr)
