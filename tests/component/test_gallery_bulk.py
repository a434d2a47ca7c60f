"""Bulk transfer: everything goes in and comes out, once, wherever a stream breaks."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from services.gallery import transfer
from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import VECTORS, exported, messages, names, people, progress, record, send, stream
from tests.galleries import Stub, config, create, new_id, refused, search, stub
from tests.galleries import names as found
from tests.redises import redis_server

TAKEN = Timestamp(seconds=1_600_000_000, nanos=123_456_000)


@pytest.fixture(name="gallery", params=["sqlite", "redis"])
async def _gallery(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Stub]:
    settings = config(tmp_path / "gallery.db")
    with contextlib.ExitStack() as stack:
        if request.param == "redis":
            server = stack.enter_context(redis_server(tmp_path / "redis"))
            settings = dataclasses.replace(settings, path=None, redis_url=server.url)
        async with open_app(settings) as port, stub(port) as gallery:
            await gallery.CreateCollection(create())
            yield gallery


async def test_an_export_can_be_imported_elsewhere(gallery: Stub) -> None:
    """What comes out of one collection makes another one alike, to the last bit."""
    await gallery.CreateCollection(create("other"))
    told = {"group": "night", "badge": "7"}
    rich = {"source_id": "cam/1", "labels": {"camera": "7"}, "capture_time": TAKEN}
    first = [record("ada", VECTORS[0], person_labels=told), record("bob", VECTORS[1], **rich)]
    await send(gallery, stream(first, [record("ada", VECTORS[2], quality=0.25)]))

    out = await exported(gallery)
    await send(gallery, stream(out[:2], out[2:], collection_id="other"))

    again = await exported(gallery, "other")
    assert ["ada", "bob", "ada"] == [each.person_id for each in again]
    assert len({each.template_id for each in (*out, *again)}) == 6
    for each in (*out, *again):
        each.ClearField("template_id")
        each.ClearField("create_time")
    assert out == again
    assert told == dict(again[2].person_labels)
    assert TAKEN == again[1].template.capture_time
    vectors = [np.frombuffer(each.template.packed_vector, "<f4") for each in again]
    np.testing.assert_allclose(vectors, VECTORS[:3], atol=1e-7)


async def test_what_is_imported_is_searchable_at_once(gallery: Stub) -> None:
    """The answer to an import is the promise that searches see it."""
    reply = await send(gallery, stream(people(3), people(2, first=3)))

    reached = await gallery.SearchPersons(search(VECTORS[4], min_position=reply.position))
    assert 5 == reply.template_count
    assert "p4" == found(reached.results[0])[0]


async def test_an_export_goes_on_behind_any_template(gallery: Stub) -> None:
    """Taken up again with the last identifier that came, a stream brings the rest."""
    await send(gallery, stream(people(7)))
    everything = await exported(gallery)

    for place, each in enumerate(everything):
        assert everything[place + 1 :] == await exported(gallery, after=each.template_id)


async def test_a_large_export_comes_in_many_messages(gallery: Stub) -> None:
    """No message grows with the collection, and none but the only one is empty."""
    await send(gallery, stream(people(1500), people(1500, first=1500)))
    await gallery.CreateCollection(create("empty"))

    sizes = [len(each) async for each in messages(gallery)]
    empty = [len(each) async for each in messages(gallery, "empty")]

    assert 3000 == sum(sizes)
    assert (3, True) == (len(sizes), all(sizes))
    assert [0] == empty


async def test_an_import_is_idempotent(gallery: Stub) -> None:
    """The same stream again changes nothing, and is answered alike."""
    messages = stream(people(3), people(2, first=3))

    first, again = [await send(gallery, messages) for _ in range(2)]

    assert first == again
    assert ["p0", "p1", "p2", "p3", "p4"] == await names(gallery)


async def test_an_import_goes_on_where_it_stopped(gallery: Stub) -> None:
    """GetImport tells the place of the next message, and a stream may begin there."""
    import_id = new_id()
    parts = [people(2, first=2 * n) for n in range(5)]
    before = await progress(gallery, import_id)
    await send(gallery, stream(*parts[:3], import_id=import_id))
    between = await progress(gallery, import_id)
    reply = await send(gallery, stream(*parts[3:], first=between, import_id=import_id))

    assert (0, 3, 5) == (before, between, await progress(gallery, import_id))
    assert 4 == reply.template_count
    assert [f"p{n}" for n in range(10)] == await names(gallery)


async def test_what_came_before_a_refusal_stays(gallery: Stub) -> None:
    """A message that is refused ends the import: nothing behind it is stored."""
    import_id = new_id()
    bad = [*people(2, first=30), record("p32", 2 * VECTORS[0])]
    messages = stream(*([each] for each in people(20)), bad, people(9, 40), import_id=import_id)

    _, reason, metadata = await refused(send(gallery, messages))

    assert "ERROR_REASON_VECTOR_NOT_UNIT" == reason
    assert {"index": "2", "length": "2.0000"} == metadata
    assert [f"p{n}" for n in range(20)] == await names(gallery)
    assert 20 == await progress(gallery, import_id)


async def test_no_place_is_left_out(gallery: Stub) -> None:
    """A stream that begins too late is refused: what it skips would never be missed."""
    import_id = new_id()
    await send(gallery, stream(people(1), import_id=import_id))

    _, _, metadata = await refused(
        send(gallery, stream(people(1, first=2), people(1, 3), first=2, import_id=import_id))
    )

    assert {"field": "first_sequence", "rule": "must be as GetImport says"} == metadata
    assert ["p0"] == await names(gallery)


async def test_an_import_id_stands_for_its_records(gallery: Stub) -> None:
    """Other records under the same identifier are refused, and whatever follows them."""
    import_id = new_id()
    await send(gallery, stream(*([each] for each in people(8)), import_id=import_id))
    other = [[each] for each in (*people(7), record("eve"), *people(20, first=8))]

    _, reason, _ = await refused(send(gallery, stream(*other, import_id=import_id)))

    assert "ERROR_REASON_REQUEST_ID_REUSED" == reason
    assert [f"p{n}" for n in range(8)] == await names(gallery)


async def test_a_fingerprint_stands_for_the_records_of_a_message(gallery: Stub) -> None:
    """A gateway that turns vectors may give others in the last digit; the templates are there."""
    name, (records, turned) = new_id(), ([record("p0", v)] for v in VECTORS[:2])
    first, again, other = (stream(each, import_id=name) for each in (records, turned, records))
    for sent, mark in ((first, b"1"), (again, b"1"), (other, b"2")):
        sent[0].fingerprint = mark

    answers = [await send(gallery, sent) for sent in (first, again)]
    reason = (await refused(send(gallery, other)))[1]

    assert answers[0] == answers[1]
    assert "ERROR_REASON_REQUEST_ID_REUSED" == reason


async def test_imports_share_the_gallery(gallery: Stub) -> None:
    """Several run side by side; one more than there is room for is sent away."""
    gate = asyncio.Event()

    async def slow(number: int) -> AsyncIterator[pb.ImportTemplatesRequest]:
        for message in stream(people(1, first=number)):
            yield message
        await gate.wait()

    calls = [gallery.ImportTemplates(slow(n)) for n in range(transfer.IMPORTS)]
    while len(await names(gallery)) < transfer.IMPORTS:  # noqa: ASYNC110  # they say nothing before the end
        await asyncio.sleep(0.01)
    _, reason, metadata = await refused(send(gallery, stream(people(1))))
    gate.set()
    replies = await asyncio.gather(*calls)

    assert "ERROR_REASON_QUEUE_FULL" == reason
    assert {"queue": "imports", "limit": str(transfer.IMPORTS)} == metadata
    assert [1] * transfer.IMPORTS == [reply.template_count for reply in replies]
    assert 1 == (await send(gallery, stream(people(1, first=9)))).template_count


@pytest.mark.parametrize("packed", [pytest.param(True, id="packed"), pytest.param(False, id="not")])
async def test_vectors_travel_in_either_way(gallery: Stub, packed: bool) -> None:
    """Whole streams of packed vectors, of plain ones, and mixtures mean the same."""
    plain = pb.NewTemplate(vector=VECTORS[1], quality=0.5)
    first = record("a", VECTORS[0]) if packed else pb.TemplateRecord(person_id="a", template=plain)
    await send(gallery, stream([first, pb.TemplateRecord(person_id="b", template=plain)]))

    assert ["a", "b"] == await names(gallery)
