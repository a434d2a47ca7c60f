"""What befalls a real gallery process: signals, full disks, wrong files."""

import asyncio
import resource
import sqlite3
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from meshkit import status
from meshkit.channels import channel
from sureface.gallery.v1 import gallery_pb2 as pb
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from tests.galleries import STAFF, Stub, add, create, names, search, stub, unit_vectors
from tests.processes import Process, refusal, service

PEOPLE = unit_vectors(4000, 64, seed=9)


async def found(gallery: Stub, numbers: list[int]) -> list[str]:
    """The best candidate for each of some people."""
    best: list[str] = []
    for start in range(0, len(numbers), 64):
        probes = [PEOPLE[number] for number in numbers[start : start + 64]]
        reply = await gallery.SearchPersons(search(*probes, limit=1))
        best += [name for result in reply.results for name in names(result)]
    return best


async def enroll(gallery: Stub, numbers: range, acknowledged: list[int]) -> grpc.aio.AioRpcError:
    """Enroll one after the other until a call fails; its error."""
    for number in numbers:
        try:
            await gallery.AddTemplates(add(f"p{number}", PEOPLE[number]))
        except grpc.aio.AioRpcError as error:
            return error
        acknowledged.append(number)
    raise AssertionError("nothing ever failed")


def limit_files(process: Process, size: int) -> None:
    """Let no file of a process grow beyond `size` bytes, as on a disk that is full."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def test_sigterm_under_load_loses_nothing(tmp_path: Path) -> None:
    """Every call is answered or cleanly UNAVAILABLE; the exit is clean; answers hold.

    Callers use the mesh's own channel, which watches health and leaves during the drain.
    """
    path, acknowledged = tmp_path / "gallery.db", list[int]()
    services = [pb.DESCRIPTOR.services_by_name["GalleryService"]]
    async with service("gallery", PATH=path, DRAIN_S=0.5) as process:
        async with channel(f"127.0.0.1:{process.port}", services) as mesh:
            gallery: Any = GalleryServiceStub(mesh)
            await gallery.CreateCollection(create(dimension=64))
            spans = [range(n * 400, n * 400 + 400) for n in range(8)]
            running = asyncio.gather(*(enroll(gallery, span, acknowledged) for span in spans))
            for number in range(3300, 3320):
                await gallery.AddTemplates(add(f"p{number}", PEOPLE[number]))
                acknowledged.append(number)
            process.terminate()
            failures = await running
        code = await process.wait()
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        still = await found(gallery, acknowledged)

    assert (0, {grpc.StatusCode.UNAVAILABLE}) == (code, {each.code() for each in failures})
    assert [f"p{number}" for number in acknowledged] == still


async def test_a_full_disk_stops_writes_and_nothing_else(tmp_path: Path) -> None:
    """Writes fail with their reason, searches go on, and writes work again with space."""
    path, acknowledged = tmp_path / "gallery.db", list[int]()
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        await gallery.CreateCollection(create(dimension=64))
        limit_files(process, path.with_name("gallery.db-wal").stat().st_size + 500_000)
        failure = await enroll(gallery, range(2000), acknowledged)
        refused = len(acknowledged)
        during = await found(gallery, [*acknowledged, refused])
        again = await enroll(gallery, range(refused, 2000), acknowledged)
        limit_files(process, resource.RLIM_INFINITY)
        await gallery.AddTemplates(add("after", PEOPLE[3000]))
        process.kill()
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        still = await found(gallery, [*acknowledged, 3000, refused])
        reply = await gallery.GetCollection(pb.GetCollectionRequest(collection_id=STAFF))

    info = status.info_of(failure)
    assert info is not None
    assert grpc.StatusCode.UNAVAILABLE == failure.code() == again.code()
    assert ("ERROR_REASON_STORE_UNAVAILABLE", {"store": "gallery"}) == (
        info.reason,
        dict(info.metadata),
    )
    assert (
        "the gallery store cannot be used right now; repeat with the same request_id"
        == failure.details()
    )
    assert retry_s(failure) > 0
    names_ = [f"p{number}" for number in acknowledged]
    assert names_ == during[:-1]
    assert f"p{refused}" != during[-1]
    assert [*names_, "after"] == still[:-1]
    assert f"p{refused}" != still[-1]
    assert len(acknowledged) + 1 == reply.collection.person_count


def retry_s(failure: grpc.aio.AioRpcError) -> float:
    """When the server advises to come again; 0 if it does not."""
    details: Any = rpc_status.from_call(failure)  # type: ignore[arg-type]  # it is a Call, too
    advice = error_details_pb2.RetryInfo()
    for detail in details.details:
        if detail.Unpack(advice):
            return float(advice.retry_delay.ToTimedelta().total_seconds())
    return 0.0


async def test_a_second_gallery_keeps_off_the_file(tmp_path: Path) -> None:
    """Two processes on one file would not see each other's writes: the second says so."""
    path = tmp_path / "gallery.db"
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        code, [line] = await refusal("gallery", PATH=path)
        await gallery.CreateCollection(create())

    assert (1, f"gallery: {path} cannot be used: it is open in another gallery\n") == (code, line)


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE notes (text)")


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database " * 1000)


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(newer, "it has schema 99, this program knows 3", id="newer schema"),
        pytest.param(foreign, "it belongs to another program", id="another program's"),
        pytest.param(garbage, "file is not a database", id="no database"),
        pytest.param(folder, "unable to open database file", id="a folder"),
    ],
)
async def test_a_file_that_cannot_be_used_is_one_line(
    tmp_path: Path, spoil: Any, reason: str
) -> None:
    """The process does not start, and its operator reads why, not a traceback."""
    path = tmp_path / "gallery.db"
    spoil(path)
    code, [line] = await refusal("gallery", PATH=path)

    assert 1 == code
    assert line.startswith(f"gallery: {path} cannot be used: {reason}")


async def test_a_missing_folder_is_one_line(tmp_path: Path) -> None:
    """A volume that is not mounted is not replaced by an empty gallery."""
    code, [line] = await refusal("gallery", PATH=tmp_path / "not there" / "gallery.db")

    assert (1, True) == (code, "No such file or directory" in line)


async def test_the_path_is_required() -> None:
    """There is no default place for people's data."""
    assert (1, ["gallery: give either path or redis_url\n"]) == await refusal("gallery")
