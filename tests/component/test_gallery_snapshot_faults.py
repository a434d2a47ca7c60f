"""Snapshots that are damaged, or that a full disk keeps from being written: real processes."""

import asyncio
import json
import resource
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from sureface.gallery.v1 import gallery_pb2 as pb
from tests.galleries import (
    CONTRACT,
    STAFF,
    Stub,
    add,
    create,
    delete,
    names,
    new_id,
    search,
    stub,
    unit_vectors,
)
from tests.processes import Process, service

COUNT = 21_000
"""Enough for an index of two stages, and for a snapshot."""

PEOPLE = unit_vectors(COUNT + 100, 64, seed=11)
SOME = [*range(0, COUNT, 100)]


async def records() -> AsyncIterator[pb.ImportTemplatesRequest]:
    """Everybody, in messages of 3000."""
    for start in range(0, COUNT, 3000):
        message = pb.ImportTemplatesRequest(
            records=[
                pb.TemplateRecord(
                    person_id=f"p{number}",
                    template=pb.NewTemplate(packed_vector=PEOPLE[number].tobytes(), quality=0.5),
                )
                for number in range(start, min(start + 3000, COUNT))
            ]
        )
        if not start:
            message.collection_id, message.contract_id = STAFF, CONTRACT
            message.import_id = new_id()
        yield message


async def ended(process: Process) -> int:
    """Ask a process to end, as its operator does, and let it save."""
    process.terminate()
    return await process.wait()


async def filled(path: Path) -> None:
    """Fill a gallery, and start it again, so that it has two stages; it saves as it ends."""
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        await gallery.CreateCollection(create(dimension=64))
        await gallery.ImportTemplates(records())
        process.kill()
    async with service("gallery", PATH=path) as process:
        assert await ended(process) == 0


@pytest.fixture(name="saved", scope="module")
def _saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gallery with a snapshot; to be copied."""
    folder = tmp_path_factory.mktemp("saved")
    asyncio.run(filled(folder / "gallery.db"))
    return folder


@pytest.fixture(name="path")
def _path(saved: Path, tmp_path: Path) -> Path:
    """The same, for one test: its database."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    return tmp_path / "gallery.db"


def snapshot_of(path: Path) -> Path:
    [snapshot] = path.with_name("gallery.db.snapshots").glob("*.snapshot")
    return snapshot


async def found(gallery: Stub, numbers: list[int]) -> list[str]:
    """The best candidate for each of some people, if it is them without doubt."""
    best: list[str] = []
    for start in range(0, len(numbers), 64):
        probes = [PEOPLE[number] for number in numbers[start : start + 64]]
        reply = await gallery.SearchPersons(search(*probes, limit=1))
        best += [
            name
            for result in reply.results
            for name in names(result)
            if result.persons[0].similarity > 0.999
        ]
    return best


def told(process: Process, words: str) -> list[str]:
    """Messages of the log with these words."""
    messages = [str(json.loads(line).get("message")) for line in process.lines]
    return [message for message in messages if words in message]


def untouched(_: bytearray) -> None:
    """Do nothing."""


def cut_in_a_block(content: bytearray) -> None:
    del content[-100_000:]


def cut_at_the_start(content: bytearray) -> None:
    del content[100:]


def emptied(content: bytearray) -> None:
    content.clear()


def flipped_in_a_block(content: bytearray) -> None:
    content[-100_000] ^= 1


def flipped_at_the_start(content: bytearray) -> None:
    content[100] ^= 1


def flipped_in_a_checksum(content: bytearray) -> None:
    content[20 + int.from_bytes(content[8:16]) + 8] ^= 1


def flipped_in_what_was_learned(content: bytearray) -> None:
    content[int.from_bytes(content[8:16])] ^= 1


@pytest.mark.parametrize(
    ("damage", "lines"),
    [
        pytest.param(untouched, 0, id="untouched"),
        pytest.param(cut_in_a_block, 1, id="cut in a block"),
        pytest.param(cut_at_the_start, 1, id="cut at the start"),
        pytest.param(emptied, 1, id="empty"),
        pytest.param(flipped_in_a_block, 1, id="a bit of a block"),
        pytest.param(flipped_at_the_start, 1, id="a bit of the manifest"),
        pytest.param(flipped_in_a_checksum, 1, id="a bit of a checksum"),
        pytest.param(flipped_in_what_was_learned, 1, id="a bit of what was learned"),
    ],
)
async def test_a_damaged_snapshot_only_costs_time(
    path: Path, damage: Callable[[bytearray], None], lines: int
) -> None:
    """The gallery says so in one line, answers as before, and saves a sound one."""
    snapshot = snapshot_of(path)
    content = bytearray(snapshot.read_bytes())
    damage(content)
    snapshot.write_bytes(content)
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        names_ = await found(gallery, SOME)
        code = await ended(process)
    async with service("gallery", PATH=path) as again, stub(again.port) as gallery:
        names_again = await found(gallery, SOME)

    assert [f"p{number}" for number in SOME] == names_ == names_again
    assert lines == len(told(process, "is not used"))
    assert (0, []) == (code, told(again, "is not used"))


async def test_a_disk_too_full_for_a_snapshot_keeps_the_one_before(path: Path) -> None:
    """The gallery says so, ends cleanly, and has everybody after a restart."""
    snapshot, new = snapshot_of(path), range(COUNT, COUNT + 100)
    before = snapshot.read_bytes()
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        for number in new:
            await gallery.AddTemplates(add(f"p{number}", PEOPLE[number]))
        fill_the_disk(process)
        code = await ended(process)
    kept = snapshot_of(path).read_bytes()
    async with service("gallery", PATH=path) as again, stub(again.port) as gallery:
        names_ = await found(gallery, [*SOME, *new])

    assert (0, 1) == (code, len(told(process, "could not be saved")))
    assert before == kept
    assert [f"p{number}" for number in [*SOME, *new]] == names_
    assert [] == told(again, "is not used")


async def test_a_removal_on_a_full_disk_leaves_no_trace_in_a_snapshot(path: Path) -> None:
    """What cannot be overwritten is deleted as a whole, before the answer."""
    snapshot, gone = snapshot_of(path), COUNT - 1
    code = PEOPLE[gone].astype("f2").tobytes()
    before = code in snapshot.read_bytes()
    async with service("gallery", PATH=path) as process, stub(process.port) as gallery:
        fill_the_disk(process)
        await gallery.DeletePerson(delete(f"p{gone}"))
        folder = path.with_name("gallery.db.snapshots")
        after = [code in file.read_bytes() for file in folder.glob("*.snapshot*")]
        process.kill()
    async with service("gallery", PATH=path) as again, stub(again.port) as gallery:
        names_ = await found(gallery, [*SOME, gone])

    assert (True, []) == (before, after)
    assert 1 == len(told(process, "a snapshot is deleted"))
    assert [f"p{number}" for number in SOME] == names_


def fill_the_disk(process: Process) -> None:
    """Let no file grow, or be written, beyond its first megabyte."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (2**20, resource.RLIM_INFINITY))
