"""Collections that leave through the gateway, and come back."""

from collections.abc import Sequence
from typing import Any

import pytest

from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2
from tests.mesh.mesh import Mesh, fresh_id, refusal
from tests.records import kept

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def exported(shared: Mesh, collection_id: str) -> list[pb.ExportCollectionResponse]:
    request = pb.ExportCollectionRequest(collection_id=collection_id)
    return [message async for message in shared.enrollment.ExportCollection(request)]


def stream(collection_id: str, contract_id: str, *parts: Sequence[Any]) -> Any:
    head = pb.ImportCollectionRequest(
        collection_id=collection_id, contract_id=contract_id, import_id=fresh_id()
    )
    messages = [pb.ImportCollectionRequest(records=part) for part in parts]
    messages[0].MergeFrom(head)
    return messages


async def test_a_collection_moves(shared: Mesh) -> None:
    """What one collection exports, another one takes; the log says who moved where."""
    await shared.enrol("here", p1="obama", p2="biden")
    await shared.enrol("there")
    [message] = await exported(shared, "here")
    messages = stream("there", message.contract_id, message.records[:1], message.records[1:])

    first, again = [await shared.enrollment.ImportCollection(iter(messages)) for _ in range(2)]
    [copy] = await exported(shared, "there")

    assert (2, 512) == (message.template_count, message.dimension)
    assert first == again
    assert 2 == first.template_count
    assert vectors(message) == vectors(copy)
    noted = [(each["kind"], each.get("collection_id")) for each in kept(shared.folder)]
    assert {("export", "here"), ("import", "there"), ("export", "there")} <= set(noted)


def vectors(message: pb.ExportCollectionResponse) -> dict[str, bytes]:
    return {each.person_id: each.template.packed_vector for each in message.records}


async def test_a_refusal_comes_through(shared: Mesh) -> None:
    """The gallery's reason is the gateway's, however many messages are on their way."""
    await shared.enrol("strict")
    bad = gallery_pb2.TemplateRecord(
        person_id="p", template=gallery_pb2.NewTemplate(packed_vector=b"\0" * 2048)
    )
    messages = stream("strict", "arc9", *([bad] for _ in range(200)))

    mismatch = ("FAILED_PRECONDITION", "CONTRACT_MISMATCH")
    assert mismatch == await refusal(shared.enrollment.ImportCollection(iter(messages)))
    missing = exported(shared, "nowhere")
    assert ("NOT_FOUND", "COLLECTION_NOT_FOUND") == await refusal(missing)
