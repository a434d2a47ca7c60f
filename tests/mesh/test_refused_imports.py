"""An import that is refused while its caller still sends: they are told why."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest

from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.enrollment.v1.enrollment_pb2_grpc import EnrollmentServiceStub
from sureface.gallery.v1.gallery_pb2 import NewTemplate, TemplateRecord
from tests.galleries import CONTRACT, STAFF, create, new_id, refused, stub
from tests.processes import service

pytestmark = pytest.mark.timeout(300)

TIMES = 15
"""Of each: what gRPC told depended on the moment."""

AWAY = "127.0.0.1:1"
BAD = TemplateRecord(person_id="p", template=NewTemplate(packed_vector=bytes(200_000), quality=7))


@pytest.mark.parametrize(
    ("first_sequence", "field"),
    [
        pytest.param(-1, "first_sequence", id="the first message"),
        pytest.param(0, "records[0].template.quality", id="a template"),
    ],
)
async def test_a_refused_import_tells_why(tmp_path: Path, first_sequence: int, field: str) -> None:
    """Every time, and the gateway takes none of it for a bug of ours."""
    async with (
        service("gallery", PATH=tmp_path / "gallery.sqlite") as gallery,
        service(
            "gateway",
            DATA=tmp_path,
            GALLERY=f"127.0.0.1:{gallery.port}",
            DETECTOR=AWAY,
            EMBEDDER=AWAY,
        ) as gateway,
        grpc.aio.insecure_channel(f"127.0.0.1:{gateway.port}") as channel,
    ):
        async with stub(gallery.port) as direct:
            await direct.CreateCollection(create(STAFF))
        enrollment = EnrollmentServiceStub(channel)

        async def sent() -> AsyncIterator[pb.ImportCollectionRequest]:
            yield pb.ImportCollectionRequest(
                collection_id=STAFF,
                contract_id=CONTRACT,
                import_id=new_id(),
                first_sequence=first_sequence,
                records=[BAD],
            )
            for _ in range(4):
                yield pb.ImportCollectionRequest(records=[BAD])

        told = {
            (reason, metadata.get("field"))
            for _ in range(TIMES)
            for _, reason, metadata in [await refused(enrollment.ImportCollection(sent()))]
        }
        assert {("ERROR_REASON_FIELD_INVALID", field)} == told
        assert "incident" not in "".join(gateway.lines)
