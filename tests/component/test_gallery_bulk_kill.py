"""SIGKILL in the middle of an import: nothing is lost, and nothing is there twice."""

import asyncio
import random
from pathlib import Path

from sureface.gallery.v1 import gallery_pb2 as pb
from tests.bulk import exported, progress, record, send, stream
from tests.galleries import STAFF, Stub, create, new_id, stub, unit_vectors
from tests.processes import service

KILLS = 6
MESSAGES, EACH = 240, 50
POOL = unit_vectors(MESSAGES * EACH, 64, seed=11)


def message(number: int) -> list[pb.TemplateRecord]:
    """The records of one message of the import."""
    return [record(f"p{n}", POOL[n]) for n in range(number * EACH, (number + 1) * EACH)]


async def test_an_import_survives_sigkill(tmp_path: Path) -> None:
    """Taken up again after each kill where GetImport says, it comes to the same end."""
    chance, import_id = random.Random(3), new_id()  # noqa: S311  # repeatable, not secret
    places: list[int] = []
    for attempt in range(KILLS + 1):
        async with (
            service("gallery", PATH=tmp_path / "gallery.db") as process,
            stub(process.port) as gallery,
        ):
            if attempt == 0:
                await gallery.CreateCollection(create(dimension=64))
            places.append(await progress(gallery, import_id))
            assert places[-1] * EACH == await count(gallery)
            sending = asyncio.ensure_future(send(gallery, rest(places[-1], import_id)))
            if attempt < KILLS:
                await asyncio.sleep(chance.uniform(0.02, 0.2))
                process.kill()
                await asyncio.wait([sending])
                sending.exception()
                continue
            await sending
            stored = [each.person_id for each in await exported(gallery)]

    assert [f"p{n}" for n in range(MESSAGES * EACH)] == stored
    assert sorted(places) == places
    assert len(set(places)) > 2, "no kill came in the middle"


def rest(first: int, import_id: str) -> list[pb.ImportTemplatesRequest]:
    """The stream from one message on; at least the last one, which may come twice."""
    first = min(first, MESSAGES - 1)
    messages = map(message, range(first, MESSAGES))
    return stream(*messages, first=first, import_id=import_id)


async def count(gallery: Stub) -> int:
    """Templates in the collection."""
    reply = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))
    return reply.collection.template_count
