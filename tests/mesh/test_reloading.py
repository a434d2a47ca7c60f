"""Policy tables that change under load, through the whole mesh."""

import asyncio
import urllib.request
from pathlib import Path

import pytest

from bench.scenes import reloading
from client import AsyncSureface
from client.types import Decision
from faces.errors import FaceError
from tests.gateways import until_table
from tests.mesh.mesh import mesh
from tests.observed import free_ports
from tests.photos import photo
from tests.policies import GOOD, V1, WRONG, by_rename
from tests.records import kept

SECONDS = 20
"""Enough for tables to change, on a machine that has other things to do."""


@pytest.mark.timeout(400)  # a whole mesh, on a machine that has other things to do
async def test_tables_change_under_load(tmp_path: Path) -> None:
    """No call fails, and each decision is what the one table that it names would decide."""
    tally, audit = await reloading.run(tmp_path, seconds=SECONDS, callers=4)

    assert {} == tally.failed
    assert (0, 0) == (audit.unpublished, audit.disagreeing)
    assert len(tally.told) <= audit.decisions
    assert len(audit.versions) > 2
    assert audit.versions <= reloading.published(tally.offered).keys()
    assert len(tally.offered) > len(reloading.published(tally.offered))


@pytest.mark.timeout(400)  # a whole mesh, on a machine that has other things to do
async def test_a_broken_table_changes_nothing_under_load(tmp_path: Path) -> None:
    """The old one decides on, and the gateway says so: in its answer, its metrics, its log."""
    file, [port] = tmp_path / "policies.yaml", free_ports(1)
    file.write_text(GOOD)
    settings = {"POLICIES": file, "POLICIES_LOOK_S": 0.1, "METRICS_PORT": port}
    told: list[Decision] = []
    failed: list[FaceError] = []
    async with mesh(tmp_path, gateway=settings) as running:
        await running.enrol("staff", p1="obama")
        gateway = running.processes["gateway"]
        async with AsyncSureface(f"127.0.0.1:{gateway.port}", deadline_s=60) as client:
            before = await rejected(port)
            over = asyncio.Event()
            callers = [asyncio.create_task(ask(client, told, failed, over)) for _ in range(3)]
            by_rename(file, WRONG)
            table = await until_table(client, lambda table: table.rejection)
            later = [await identified(client) for _ in range(6)]
            during = await rejected(port)
            over.set()
            await asyncio.gather(*callers)

    assert [] == failed
    assert {V1} == {decision.policy_version for decision in (*told, *later)}
    assert {V1} == {each["policy_version"] for each in kept(tmp_path) if "verdict" in each}
    assert (V1, GOOD) == (table.policy_version, table.text)
    assert table.rejection
    assert "review 0.43 is above accept 0.3" in table.rejection.reason
    assert ("0.0", "1.0") == (before, during)
    assert 1 == sum("was rejected" in line for line in gateway.lines)


async def ask(
    client: AsyncSureface, told: list[Decision], failed: list[FaceError], over: asyncio.Event
) -> None:
    """Identify somebody, again and again."""
    while not over.is_set():
        try:
            told.append(await identified(client))
        except FaceError as error:
            failed.append(error)
            return


async def identified(client: AsyncSureface) -> Decision:
    """Identify somebody."""
    probe = photo("obama2")
    answer = await client.identify(scene="access_control", probe=probe, collection_id="staff")
    return answer.decision


async def rejected(port: int) -> str:
    """What the metrics say of the policy file."""
    address = f"http://127.0.0.1:{port}/metrics"
    page = await asyncio.to_thread(lambda: urllib.request.urlopen(address).read().decode())
    [line] = [line for line in page.splitlines() if line.startswith("gateway_policy_rejected ")]
    return str(line.split()[1])
