"""What the gallery remembers of a write, and forgets of a deletion."""

from pathlib import Path

from services.gallery.app import open_app
from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    Stub,
    add,
    config,
    create,
    delete,
    new_id,
    refused,
    search,
    stub,
    unit_vectors,
)

ADA, BOB, EVE = unit_vectors(3)


async def test_a_fingerprint_stands_for_the_vectors(gallery: Stub) -> None:
    """The same photo again is the same request, though its vector differs in the last digit."""
    request_id = new_id()
    nearly = ADA * (1 - 1e-6)

    first = await gallery.AddTemplates(add("ada", ADA, request_id=request_id, fingerprint=b"1"))
    again = await gallery.AddTemplates(add("ada", nearly, request_id=request_id, fingerprint=b"1"))

    assert first == again
    for other in (
        add("ada", ADA, request_id=request_id, fingerprint=b"2"),
        add("bob", ADA, request_id=request_id, fingerprint=b"1"),
    ):
        _, reason, _ = await refused(gallery.AddTemplates(other))
        assert "ERROR_REASON_REQUEST_ID_REUSED" == reason


def on_disk(folder: Path) -> bytes:
    """Every byte of every file."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def test_what_is_erased_is_on_no_disk(tmp_path: Path) -> None:
    """Once the deletion is answered, no file of the gallery holds the vector or a label."""
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        await gallery.AddTemplates(add("ada", ADA, labels={"badge": "tell-tale"}))
        vector = ADA.astype("<f4").tobytes()
        before = on_disk(tmp_path)
        await gallery.DeletePerson(delete("ada"))
        after = on_disk(tmp_path)

    assert vector[:16] in before
    assert b"tell-tale" in before
    assert vector[:16] not in after
    assert b"tell-tale" not in after


async def test_an_annotation_comes_back_with_the_answer(gallery: Stub) -> None:
    """A repeated request gets the annotation of the first, whatever its own says."""
    request_id = new_id()
    told = {"request_id": request_id, "fingerprint": b"1"}

    first = await gallery.AddTemplates(add("ada", ADA, annotation=b"first", **told))
    again = await gallery.AddTemplates(add("ada", ADA, annotation=b"second", **told))

    assert b"first" == first.annotation == again.annotation


async def test_collections_are_part_of_history(gallery: Stub) -> None:
    """Whoever creates or deletes one is told which write to wait for, also when repeating."""
    request = create("visitors")
    created = await gallery.CreateCollection(request)
    again = await gallery.CreateCollection(request)
    found = await gallery.SearchPersons(
        search(ADA, collection_id="visitors", min_position=created.position)
    )
    added = await gallery.AddTemplates(add("ada", ADA, collection_id="visitors"))
    dropped = await gallery.DeleteCollection(
        pb.DeleteCollectionRequest(request_id=new_id(), collection_id="visitors")
    )

    assert created == again
    assert (created.position, created.position + 1) == (found.position, added.position)
    assert added.position + 1 == dropped.position
