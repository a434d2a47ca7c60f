"""What every store of jobs promises to those who have to learn of an erasure."""

import asyncio
from pathlib import Path

from gateway.jobs.erasures import Erasure
from gateway.jobs.store import JobStore
from tests.jobs import NOON, OpenJobs


def erasure(erasure_id: str, person_id: str = "alice") -> Erasure:
    return Erasure(erasure_id=erasure_id, collection_id="people", person_id=person_id, until=NOON)


async def test_erasures_are_told_once_and_in_their_order(
    jobs: JobStore, open_jobs: OpenJobs, tmp_path: Path
) -> None:
    """To whoever shares the store, from the position on that they have come to."""
    first, second = erasure("e-1"), erasure("e-2", "")
    positions = [await jobs.add_erasure(each) for each in (first, second)]
    async with open_jobs(tmp_path / "jobs") as later:
        told = await later.erasures(0)
        rest = await later.erasures(positions[0])
        nothing = await later.erasures(positions[1])

    assert [first, second] == [each.erasure for each in told]
    assert positions == [each.position for each in told]
    assert positions[0] < positions[1]
    assert ([second], []) == ([each.erasure for each in rest], list(nothing))


async def test_an_erasure_is_added_once(jobs: JobStore) -> None:
    """Added again, it is what it has become by then."""
    await jobs.add_erasure(erasure("e-1"))
    await jobs.change_erasure(erasure("e-1").counted(3))
    await jobs.change_erasure(erasure("e-2").counted(1))
    await jobs.add_erasure(erasure("e-1"))

    assert [3] == [each.erasure.track_count for each in await jobs.erasures(0)]


async def test_many_are_read_part_by_part(jobs: JobStore) -> None:
    """Nobody is passed over where they are added at once."""
    names = {f"e-{number}" for number in range(120)}
    await asyncio.gather(*(jobs.add_erasure(erasure(name)) for name in names))
    found, after = set[str](), 0
    while part := await jobs.erasures(after):
        found |= {each.erasure.erasure_id for each in part}
        after = part[-1].position

    assert names == found
