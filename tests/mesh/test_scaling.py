"""Replicas that come and go while the mesh works, as names tell of them."""

import asyncio
from pathlib import Path

import pytest

from tests.mesh.load import Load, probe
from tests.mesh.mesh import Mesh, mesh
from tests.names import Names, named
from tests.observed import free_ports
from tests.photos import photo
from tests.processes import Process, service
from tests.redises import redis_server

OLD, NEW = "127.0.1.1", "127.0.1.2"
"""Where the replicas listen, on one port, as pods do."""

AGE = {"CONNECTION_AGE_S": 1}
"""Callers look for new replicas when a connection is renewed: deploy/k8s/base says how often."""

pytestmark = pytest.mark.timeout(300)  # a mesh and one more process: long on a busy machine


async def moved(running: Mesh, names: Names, name: str, second: Process) -> Load:
    """Scale up, then down, under load: what became of the calls."""
    load = Load(running, callers=4)
    await load.until("OK", 10)
    names.records[name] = [OLD, NEW]
    async with asyncio.timeout(120):
        while second.answered < 10:
            await load.until("OK", 1)
    names.records[name] = [NEW]
    first = running.processes[second.name]
    first.terminate()
    assert 0 == await first.wait()
    await load.until("OK", 10)
    await load.stop()
    return load


@pytest.mark.parametrize("scaled", ["detector", "embedder"])
async def test_a_new_replica_works_and_an_old_one_leaves_without_a_failed_call(
    tmp_path: Path, scaled: str
) -> None:
    """Who calls learns of both by the name alone, and is not restarted."""
    (port,) = free_ports(1)
    async with named() as names:
        names.records["scaled.test"] = [OLD]
        called = {scaled.upper(): names.target("scaled.test", port), "INSECURE": "true"}
        replica = {"PORT": port, "DRAIN_S": 2, **AGE}
        async with mesh(tmp_path, gateway=called, **{scaled: {"HOST": OLD, **replica}}) as running:
            await running.enrol("staff", p1="obama")
            async with service(scaled, HOST=NEW, **replica) as second:
                load = await moved(running, names, "scaled.test", second)

    assert {"OK"} == set(load.outcomes)
    assert {"p1"} == set(load.found)


async def test_a_new_gallery_knows_everybody_and_an_old_one_leaves(tmp_path: Path) -> None:
    """It loads who is in Redis before it serves, and follows the stream of writes from then on."""
    (port,) = free_ports(1)
    with redis_server(tmp_path / "redis") as redis:
        async with named() as names:
            names.records["gallery.test"] = [OLD]
            called = {"GALLERY": names.target("gallery.test", port), "INSECURE": "true"}
            replica = {"PORT": port, "DRAIN_S": 2, "REDIS_URL": redis.url, **AGE}
            first = {"HOST": OLD, **replica}
            async with mesh(tmp_path, gateway=called, gallery=first) as running:
                await running.enrol("staff", p1="obama")
                async with service("gallery", HOST=NEW, **replica) as second:
                    await running.add("staff", p2="biden")
                    load = await moved(running, names, "gallery.test", second)
                    answer = await running.access.Identify(probe(photo("biden")))

    assert {"OK"} == set(load.outcomes)
    assert {"p1"} == set(load.found)
    assert "p2" == answer.candidate.person_id
