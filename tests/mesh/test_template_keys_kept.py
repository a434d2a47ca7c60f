"""What a gallery keeps of a collection under a key, and what goes in and out of it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from client.types import Photo
from sureface.enrollment.v1 import enrollment_pb2 as pb
from sureface.gallery.v1 import gallery_pb2
from tests.mesh.keyed import client_of, exported, ranked, vectors
from tests.mesh.mesh import Mesh, fresh_id, refusal
from tests.photos import FOLDER, photo

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


async def test_an_export_holds_templates_as_they_are_kept(guarded: Mesh) -> None:
    """As unlike the embedder's as strangers are, and as alike among themselves; it says so."""
    plain, keyed = await exported(guarded, "plain"), await exported(guarded, "keyed")
    own, turned = vectors(plain), vectors(keyed)

    assert keyed.contract_id.startswith(f"{plain.contract_id}.key-")
    assert abs(own @ turned.T).max() < 0.25
    np.testing.assert_allclose(own @ own.T, turned @ turned.T, atol=1e-5)


async def test_files_of_the_gallery_hold_nothing_that_resembles_a_face(guarded: Mesh) -> None:
    """At no place of any of them, for somebody who is enrolled under a key only."""
    stranger = (FOLDER / "astronaut.png").read_bytes()
    async with client_of(guarded) as client:
        await client.create_collection(collection_id="alone")
        enrolled = await client.enroll_person(
            scene="search_prefilter",
            collection_id="alone",
            person_id="p3",
            photos=[Photo(image=stranger)],
        )
        seen = [await client.extract(picture=each) for each in (photo("obama"), stranger)]
    kept = b"".join(file.read_bytes() for file in guarded.folder.glob("gallery.sqlite*"))

    assert [True] == [each.enrolled for each in enrolled.outcomes]
    obama, astronaut = (closest(kept, each.faces[0].vector) for each in seen)
    assert obama > 0.99
    assert astronaut < 0.4


def closest(content: bytes, vector: NDArray[np.float32]) -> float:
    """The highest similarity of a vector and any of the bytes."""
    best = 0.0
    for start in range(4):
        whole = len(content[start:]) // 4 * 4
        with np.errstate(invalid="ignore"):
            numbers = np.frombuffer(content[start : start + whole], "<f4").astype(np.float64)
        # No value of a unit vector is larger: what is would only hide what is beside it.
        numbers = np.where(np.abs(numbers) <= 1, numbers, 0)  # not a number: not smaller, either
        windows = np.lib.stride_tricks.sliding_window_view(numbers, len(vector))
        lengths = np.sqrt(np.convolve(numbers**2, np.ones(len(vector)), "valid"))
        best = max(best, float((windows @ vector / np.maximum(lengths, 0.5)).max()))
    return best


def sent(
    collection_id: str, message: pb.ExportCollectionResponse
) -> list[pb.ImportCollectionRequest]:
    """An export as an import of one message."""
    return [
        pb.ImportCollectionRequest(
            collection_id=collection_id,
            contract_id=message.contract_id,
            import_id=fresh_id(),
            records=message.records,
        )
    ]


async def test_what_is_imported_is_turned_unless_it_was_before(guarded: Mesh) -> None:
    """Under the key of its collection; what is under another key, or another's, is refused."""
    await guarded.enrol("copy")
    plain, keyed = await exported(guarded, "plain"), await exported(guarded, "keyed")
    import_of = guarded.enrollment.ImportCollection

    await import_of(iter(sent("copy", plain)))
    copied = await exported(guarded, "copy")
    refused = await refusal(import_of(iter(sent("copy", keyed))))
    restored = await import_of(iter(sent("copy", copied)))
    again = vectors(await exported(guarded, "copy"))
    async with client_of(guarded) as client:
        found_there, found_here = await ranked(client, "copy"), await ranked(client, "plain")

    assert ("FAILED_PRECONDITION", "CONTRACT_MISMATCH") == refused
    assert 2 == restored.template_count
    np.testing.assert_array_equal(vectors(copied), again)
    assert abs(vectors(copied) @ vectors(keyed).T).max() < 0.25
    assert abs(vectors(copied) @ vectors(plain).T).max() < 0.25
    for person_id, similarity in found_here.items():
        assert similarity == pytest.approx(found_there[person_id], abs=1e-5)


async def test_vectors_of_a_wrong_length_are_refused_by_the_gallery(guarded: Mesh) -> None:
    """In its own words, and with them those beside them."""
    await guarded.enrol("strict")
    message = await exported(guarded, "plain")
    message.records[1].template.packed_vector = b"\0" * 8
    short = gallery_pb2.NewTemplate(vector=[1.0, 0.0], quality=0.5)
    message.records.add(person_id="p9", template=short)

    refused = await refusal(guarded.enrollment.ImportCollection(iter(sent("strict", message))))

    assert ("INVALID_ARGUMENT", "VECTOR_DIMENSION") == refused
    assert 0 == (await exported(guarded, "strict")).template_count
