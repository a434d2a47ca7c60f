"""What happens when parts of the mesh die, hang or are missing, under load."""

import asyncio
from collections import Counter
from pathlib import Path

import grpc.aio
import pytest

from sureface.access.v1.access_pb2_grpc import AccessServiceStub
from sureface.enrollment.v1 import enrollment_pb2
from sureface.investigation.v1 import investigation_pb2
from tests.mesh.load import AWAY, PROBE, Load, outcome
from tests.mesh.mesh import enrollment, image, mesh
from tests.photos import degraded, encoded, opened, photo
from tests.processes import service


@pytest.mark.parametrize("victim", ["detector", "embedder", "gallery"])
async def test_a_service_killed_under_load(tmp_path: Path, victim: str) -> None:
    """Calls fail with the service's name until it is back; then they succeed again."""
    async with mesh(tmp_path) as running:
        await running.enrol("staff", p1="obama")
        load = Load(running, callers=4)
        await load.until("OK", 10)
        port = running.processes[victim].port
        running.processes[victim].kill()
        await load.until(AWAY, 4)
        more = {"PATH": tmp_path / "gallery.sqlite"} if victim == "gallery" else {}
        async with service(victim, PORT=port, **more):
            await load.until("OK", 10)
            outcomes = await load.stop()

    assert {"OK", AWAY} == set(outcomes)


@pytest.mark.parametrize(
    ("victim", "allowed"),
    [
        pytest.param("gateway", {"OK"}, id="gateway: all calls are inside"),
        pytest.param("detector", {"OK"}, id="detector: all calls are inside"),
        pytest.param("embedder", {"OK", AWAY}, id="embedder: some have yet to come"),
        pytest.param("gallery", {"OK", AWAY}, id="gallery: some have yet to come"),
    ],
)
async def test_sigterm_under_load(tmp_path: Path, victim: str, allowed: set[str]) -> None:
    """Calls that are inside are answered, not dropped; later ones are told; exit 0."""
    async with mesh(tmp_path, **{victim: {"DRAIN_S": 1}}) as running:
        await running.enrol("staff", p1="obama")
        calls = [
            asyncio.create_task(outcome(running.access.Identify(PROBE, timeout=20)))
            for _ in range(12)
        ]
        await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        running.processes[victim].terminate()
        outcomes = await asyncio.gather(*calls)
        code = await running.processes[victim].wait()

    assert 0 == code
    assert allowed >= set(outcomes)


async def test_no_call_takes_longer_than_the_operator_allows(tmp_path: Path) -> None:
    """The server ends such a call itself, with the reason, whatever its caller allows."""
    async with mesh(tmp_path, gateway={"CALL_LIMIT_S": 0.005}) as running:
        late = await outcome(running.access.Identify(PROBE, timeout=20))

    assert "DEADLINE_EXCEEDED ERROR_REASON_DEADLINE_EXCEEDED" == late


async def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Every person whose enrolment was answered is there after the mesh was killed."""
    data = encoded(opened("obama"), quality=95)
    async with mesh(tmp_path) as running:
        await running.enrol("staff")

        async def enrol(number: int) -> str | None:
            request = enrollment("staff", f"p{number}", data)
            done = await outcome(running.enrollment.EnrollPerson(request, timeout=20))
            return f"p{number}" if done == "OK" else None

        calls = [asyncio.create_task(enrol(number)) for number in range(40)]
        await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        for process in running.processes.values():
            process.kill()
        acknowledged = {person for person in await asyncio.gather(*calls) if person}

    async with mesh(tmp_path) as running:
        listed = await running.enrollment.ListPersons(
            enrollment_pb2.ListPersonsRequest(collection_id="staff")
        )
        found = {person.person_id for person in listed.persons if person.template_count == 1}

    assert acknowledged
    assert acknowledged <= found


async def test_an_enhancer_that_is_away(tmp_path: Path) -> None:
    """The mesh goes on with the raw crop, and the decision says so."""
    async with mesh(tmp_path, gateway={"ENHANCER": "127.0.0.1:1"}) as running:
        answer = await running.investigation.Compare(
            investigation_pb2.CompareRequest(
                scene="alarm_review", first=image(degraded("obama2")), second=image(photo("obama"))
            )
        )

    assert ["enhancer_unavailable"] == list(answer.decision.degradations)
    assert answer.HasField("similarity")


async def test_overload_is_refused_at_once(tmp_path: Path) -> None:
    """Beyond the queue there is RESOURCE_EXHAUSTED with advice, and every call is answered."""
    tiny = {"MAX_CALLS": 2, "MAX_BATCH": 2}
    async with mesh(tmp_path, detector=tiny) as running:
        await running.enrol("staff", p1="obama")
        results = Counter(
            await asyncio.gather(
                *(outcome(running.access.Identify(PROBE, timeout=30)) for _ in range(40))
            )
        )

    assert {"OK", "RESOURCE_EXHAUSTED ERROR_REASON_QUEUE_FULL"} == set(results)


async def test_the_gateway_bounds_what_it_takes_on(tmp_path: Path) -> None:
    """Beyond its slots there is RESOURCE_EXHAUSTED, and a free slot is used again."""
    async with mesh(tmp_path, gateway={"CALL_SLOTS": 2}) as running:
        await running.enrol("staff", p1="obama")
        results = Counter(
            await asyncio.gather(
                *(outcome(running.access.Identify(PROBE, timeout=30)) for _ in range(20))
            )
        )
        afterwards = await outcome(running.access.Identify(PROBE, timeout=30))

    assert {"OK", "RESOURCE_EXHAUSTED ERROR_REASON_QUEUE_FULL"} == set(results)
    assert "OK" == afterwards


async def test_two_gateways_share_the_mesh(tmp_path: Path) -> None:
    """A second gateway, with records of its own, serves the same people."""
    async with mesh(tmp_path) as running:
        await running.enrol("staff", p1="obama")
        addresses = {
            name.upper(): f"127.0.0.1:{running.processes[name].port}"
            for name in ("detector", "embedder", "gallery")
        }
        async with (
            service("gateway", DATA=tmp_path / "second", **addresses) as second,
            grpc.aio.insecure_channel(f"127.0.0.1:{second.port}") as channel,
        ):
            answer = await AccessServiceStub(channel).Identify(PROBE)

    assert "p1" == answer.candidate.person_id
