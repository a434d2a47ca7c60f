"""Collections under a key, on a real mesh: the same answers, and words where the key is missing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from client.types import JobState, Photo
from faces.errors import ContractMismatch
from tests.mesh.keyed import CASE, another, client_of, ranked
from tests.mesh.mesh import Mesh
from tests.mesh.test_jobs import ended, found
from tests.photos import photo
from tests.processes import refusal
from tests.sealing import KEY, OTHER, key_file
from tests.workers import worker

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


async def test_a_key_changes_no_similarity(guarded: Mesh) -> None:
    """And nobody who is found; collections look the same from outside, too."""
    async with client_of(guarded) as client:
        plain, keyed = await ranked(client, "plain"), await ranked(client, "keyed")
        contracts = {
            each.collection_id: each.contract_id async for each in client.list_collections()
        }
        claimed = [
            await client.verify(
                scene="access_control",
                probe=photo("obama2"),
                collection_id=name,
                person_id="p1",
            )
            for name in ("plain", "keyed")
        ]

    assert ["p1", "p2"] == list(plain) == list(keyed)
    assert plain["p1"] > 0.6
    for person_id, similarity in plain.items():
        assert similarity == pytest.approx(keyed[person_id], abs=1e-5)
    assert contracts["plain"] == contracts["keyed"]
    assert claimed[0].decision.verdict == claimed[1].decision.verdict
    assert claimed[0].similarity == pytest.approx(claimed[1].similarity, abs=1e-5)


async def frames() -> AsyncIterator[bytes]:
    """Somebody who stands at a door."""
    for _ in range(10):
        yield photo("obama2")


@pytest.mark.parametrize("lines", [(), (f"* {OTHER}",)], ids=["no key", "another key"])
async def test_without_the_key_everybody_is_told_so(
    guarded: Mesh, tmp_path: Path, lines: tuple[str, ...]
) -> None:
    """Nobody is a stranger because a key is missing: searches, doors and enrolments say why."""
    async with another(guarded, tmp_path, *lines) as client:
        with pytest.raises(ContractMismatch, match=r"contract arc512-\w+\.key-\w+ is in force"):
            await ranked(client, "keyed")
        with pytest.raises(ContractMismatch):
            await client.identify(
                scene="access_control", probe=photo("obama2"), collection_id="keyed"
            )
        with pytest.raises(ContractMismatch):
            await client.enroll_person(
                scene="access_control",
                collection_id="keyed",
                person_id="p3",
                photos=[Photo(image=photo("obama3"))],
            )
        door = {"scene": "access_control", "collection_id": "keyed", "camera_id": "door"}
        with pytest.raises(ContractMismatch):
            assert not [each.decision async for each in client.identify_stream(frames(), **door)]
        collection = await client.get_collection(collection_id="keyed")

    assert ".key-" in collection.contract_id
    assert 2 == collection.template_count


async def test_a_job_searches_under_the_key_and_fails_in_words_without_it(
    guarded: Mesh,
) -> None:
    """Workers have the keys of the gateways, or say that one is missing."""
    media, keys = guarded.folder / "media", guarded.folder / "template-keys"
    asked: dict[str, Any] = {"scene": "search_prefilter", "collection_id": "keyed", **CASE}
    async with client_of(guarded) as client:
        job = await client.submit_job(paths=["door.jpg"], **asked)
        async with worker(guarded, media, TEMPLATE_KEYS=keys):
            done = await ended(client, job)
        lost = await client.submit_job(paths=["door.jpg"], **asked)
        async with worker(guarded, media):
            failed = await ended(client, lost)

    [track] = found(done, "tracks.json")
    assert JobState.SUCCEEDED is done.state
    assert ["p1", "p2"] == [each["person_id"] for each in track["candidates"]]
    assert track["candidates"][0]["similarity"] > 0.6
    assert (JobState.FAILED, "ERROR_REASON_CONTRACT_MISMATCH") == (
        failed.state,
        failed.failure_reason,
    )
    assert ".key-" in failed.failure_message


@pytest.mark.parametrize("name", ["gateway", "worker"])
async def test_a_bad_file_of_keys_stops_the_start_in_a_line(name: str, tmp_path: Path) -> None:
    """It names the line, and shows nothing of it."""
    keys = key_file(tmp_path / "keys", f"staff {KEY}", f"guests {OTHER[:-4]}")
    folders = {} if name == "gateway" else {"MEDIA": tmp_path, "OUTPUT": tmp_path / "found"}
    jobs = tmp_path / "jobs.sqlite"

    code, said = await refusal(
        name, DATA=tmp_path / "data", JOBS=jobs, TEMPLATE_KEYS=keys, **folders
    )

    assert 1 == code
    assert f"{name}: template keys: line 2 must be a collection or *" in said[-1]
    assert not any(OTHER[:8] in line for line in said)
