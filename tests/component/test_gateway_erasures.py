"""Erasures in real gateways: each has pictures of its own, and all share a store of jobs."""

import asyncio
from pathlib import Path

import pytest

from client import AsyncSureface
from client.types import ErasureReceipt, ReviewState
from faces.errors import PersonNotFound, RequestIdReused
from gateway.config import BUILT_IN_POLICIES
from tests.galleries import new_id
from tests.gateways import gateway
from tests.records import kept
from tests.review_house import CASE, PROBE, house


def pictures(folder: Path) -> int:
    """Files of a gateway's folder that hold the probe."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sum(PROBE in file.read_bytes() for file in files)


async def until_withdrawn(mesh: AsyncSureface) -> None:
    """Wait until no item of a gateway waits."""
    async with asyncio.timeout(120):
        while True:
            if {ReviewState.WITHDRAWN} == {item.state async for item in mesh.list_reviews()}:
                return
            await asyncio.sleep(0.05)


async def erased(mesh: AsyncSureface, request_id: str) -> ErasureReceipt:
    return await mesh.delete_person(collection_id="wanted", person_id="p-1", request_id=request_id)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("away", [False, True], ids=["serving", "away"])
async def test_another_gateway_learns_of_an_erasure(tmp_path: Path, *, away: bool) -> None:
    """Soon if it serves, or else once it does again; its pictures go, and its log says so."""
    jobs, second = tmp_path / "shared.sqlite", tmp_path / "second"
    async with house(tmp_path) as here, here.gateway(JOBS=jobs) as (_, first):
        place = (second, BUILT_IN_POLICIES, here.addresses)
        async with gateway(*place, JOBS=jobs) as (process, other):
            await other.within(120).search(**CASE)
            before = pictures(second)
            if away:
                process.kill()
                await process.wait()
            receipt = await first.delete_person(collection_id="wanted", person_id="p-1")
            if not away:
                await until_withdrawn(other)
        async with gateway(*place, JOBS=jobs) as (_, other):
            await until_withdrawn(other)

    assert (1, 0, 0) == (before, receipt.review_count, pictures(second))
    assert ["person_deleted"] == [e["why"] for e in kept(second) if e["kind"] == "review_erasure"]


@pytest.mark.timeout(300)
async def test_a_receipt_outlives_the_gateway(tmp_path: Path) -> None:
    """The same request gets the same receipt after SIGKILL; another one finds nobody to erase."""
    request_id = new_id()
    async with house(tmp_path) as here:
        async with here.gateway() as (process, mesh):
            await mesh.search(**CASE)
            receipt = await erased(mesh, request_id)
            process.kill()
            await process.wait()
        async with here.gateway() as (_, mesh):
            again = await erased(mesh, request_id)
            with pytest.raises(PersonNotFound):
                await erased(mesh, new_id())
            with pytest.raises(RequestIdReused):
                await mesh.delete_collection(collection_id="wanted", request_id=request_id)

    assert receipt == again
    assert (1, 1, None) == (receipt.template_count, receipt.review_count, receipt.track_count)
    assert 0 == pictures(tmp_path / "reviews")
    [noted] = [each for each in kept(tmp_path) if each["kind"] == "erasure"]
    assert f"{noted['position']}:{noted['hash']}" == receipt.record
