"""Whoever is deleted is gone from every file of a real mesh, and from every key of its Redis."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface
from client.types import ErasureReceipt, Job
from meshkit.chain import PLAIN, excerpt_entries
from sureface.enrollment.v1 import enrollment_pb2
from tests.mesh.mesh import Mesh, mesh
from tests.photos import FOLDER, photo
from tests.records import kept
from tests.redises import RedisServer, redis_server
from tests.workers import worker

pytestmark = pytest.mark.timeout(900)

CASE: dict[str, Any] = {
    "scene": "search_prefilter",
    "case_id": "case-9",
    "purpose": "a test",
    "operator_id": "olga",
}
WHO = {"wanted": "obama", "others": "biden"}
"""Whose photo p1 has, by collection: two people of one name."""

PROBES = {"wanted": photo("obama3"), "others": photo("biden")}


def everything(folder: Path, server: RedisServer | None) -> Mapping[str, bytes]:
    """The content of all files below a folder, and of all keys of a Redis."""
    files = {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}
    if server is None:
        return files
    with server.client() as client:
        keys: Any = client.keys("*")
        return files | {key.decode(): key + value_of(client, key) for key in keys}


def value_of(client: Any, key: bytes) -> bytes:
    """All that a key holds."""
    reads = {
        b"string": lambda: client.get(key),
        b"hash": lambda: client.hgetall(key),
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"stream": lambda: client.xrange(key),
    }
    return b" ".join(flat(reads[client.type(key)]()))


def flat(value: Any) -> list[bytes]:
    """The strings that a value is made of."""
    if isinstance(value, dict):
        value = value.items()
    if isinstance(value, bytes):
        return [value]
    return [] if value is None else [part for each in value for part in flat(each)]


def where(content: Mapping[str, bytes], traces: Mapping[str, bytes]) -> dict[str, set[str]]:
    """In which files and keys there are which traces."""
    return {
        name: {place for place, data in content.items() if trace in data}
        for name, trace in traces.items()
    }


async def traces_of(running: Mesh, job: Job) -> dict[str, bytes]:
    """What must be gone: their template, the probe that they were found by, their crop."""
    request = enrollment_pb2.ExportCollectionRequest(collection_id="wanted")
    [message] = [each async for each in running.enrollment.ExportCollection(request)]
    [record] = message.records
    [track] = [each for each in tracks(job) if each["path"] == "obama2.jpg"]
    return {
        "template": record.template.packed_vector,
        "probe": PROBES["wanted"],
        "crop": (Path(job.result_path) / track["crop"]).read_bytes(),
    }


def tracks(job: Job) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((Path(job.result_path) / "tracks.json").read_text())
    return found


async def searched(client: AsyncSureface) -> Job:
    """Hits in two collections, and a job over a folder of pictures."""
    for collection_id, probe in PROBES.items():
        found = await client.search(**CASE, collection_id=collection_id, probe=probe)
        assert found.review_id
    job = await client.submit_job(**CASE, collection_id="wanted", paths=["."])
    async with asyncio.timeout(600):
        return [state async for state in client.watch_job(job_id=job.job_id)][-1]


@contextlib.asynccontextmanager
async def house(
    folder: Path, media: Path, server: RedisServer | None
) -> AsyncIterator[tuple[Mesh, AsyncSureface]]:
    """A mesh with one worker."""
    data = folder / "mesh"
    data.mkdir()
    found: dict[str, object] = {"MEDIA": media, "OUTPUT": data / "found"}
    jobs = {"JOBS_REDIS": server.url} if server else {}
    gallery = {"REDIS_URL": server.url} if server else {}
    async with mesh(data, gateway=found | jobs, gallery=gallery) as running:
        for collection_id, name in WHO.items():
            await running.enrol(collection_id, p1=name)
        port = running.processes["gateway"].port
        async with (
            worker(running, media, **jobs),
            AsyncSureface(f"127.0.0.1:{port}").within(300) as client,
        ):
            yield running, client


@pytest.mark.parametrize("in_redis", [False, True], ids=["files", "redis"])
async def test_who_is_deleted_is_gone_from_everywhere(tmp_path: Path, *, in_redis: bool) -> None:
    """Template, probe and crop: all of them were there, and none of them is, anywhere.

    Nobody else loses anything, and what is on record stays as it was written.
    """
    media = tmp_path / "media"
    media.mkdir()
    for name in ("obama2", "biden"):
        shutil.copy(FOLDER / f"{name}.jpg", media)
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(redis_server(tmp_path / "redis")) if in_redis else None
        async with house(tmp_path, media, server) as (running, client):
            job = await searched(client)
            traces = await traces_of(running, job)
            before = where(everything(running.folder, server), traces)
            receipt = await client.delete_person(collection_id="wanted", person_id="p1")
            content = everything(running.folder, server)

    assert all(before.values()), before
    assert {"template": set(), "probe": set(), "crop": set()} == where(content, traces)
    assert (1, 1, 1) == (receipt.template_count, receipt.review_count, receipt.track_count)
    assert any(PROBES["others"] in data for data in content.values())
    assert [("biden.jpg", True), ("obama2.jpg", False)] == sorted(
        (each["path"], bool(each["crop"])) for each in tracks(job)
    )
    assert {()} == {tuple(each["candidates"]) for each in tracks(job)}
    verify(running.folder, receipt)


def verify(folder: Path, receipt: ErasureReceipt) -> None:
    """The receipt is in a chain that is whole, and so are the records of the job."""
    [noted] = [each for each in kept(folder) if each["kind"] == "erasure"]
    assert f"{noted['position']}:{noted['hash']}" == receipt.record
    assert (receipt.receipt_id, 1, 1, 1) == (
        noted["receipt_id"],
        *(noted[name] for name in ("template_count", "review_count", "track_count")),
    )
    [records] = (folder / "found").rglob("records.jsonl")
    assert "job_end" == list(excerpt_entries(records, PLAIN))[-1].kind
    [data] = folder.glob("worker-*")
    assert ["job_erasure"] == [each["kind"] for each in kept(data)][-1:]
