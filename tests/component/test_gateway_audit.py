"""What a gateway answered is in its log: real processes, real sockets, no gallery."""

import asyncio
import contextlib
import hashlib
import random
from datetime import datetime
from pathlib import Path

import grpc
import grpc.aio
import pytest

from gateway.app import open_app as open_gateway
from gateway.config import Config
from meshkit.chain import FOLDER, PLAIN, records, verify
from sureface.access.v1 import access_pb2
from sureface.access.v1.access_pb2_grpc import AccessServiceStub
from tests.backends import DARK, HERE, backends, picture
from tests.processes import Process, refusal, service
from tests.records import kept

CALLERS = 8
REQUEST = access_pb2.IdentifyRequest(
    scene="access_control", probe=picture(DARK), collection_id="staff"
)
"""Is answered with RECAPTURE, for which nobody has to be searched."""


async def test_a_record_says_who_asked_for_what(tmp_path: Path) -> None:
    """Where the call came from, how it was named, when it began, and which picture came."""
    named = (("x-request-id", "door-7/4711"),)
    async with (
        backends(tmp_path) as addresses,
        open_gateway(Config(**HERE, **addresses, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        await AccessServiceStub(channel).Identify(REQUEST, metadata=named)
        await AccessServiceStub(channel).Identify(REQUEST, metadata=(("x-request-id", "a b"),))

    first, second = kept(tmp_path)
    assert ("ipv4:127.0.0.1", "door-7/4711", "") == (
        first["caller"],
        first["request_id"],
        second["request_id"],
    )
    assert datetime.fromisoformat(first["asked_time"]) <= datetime.fromisoformat(first["time"])
    digest = hashlib.sha256(REQUEST.probe.data).hexdigest()
    assert [digest] == [sample["image_sha256"] for sample in first["samples"]]


async def ask(process: Process, answered: list[str], last: int) -> None:
    """Ask until the process dies; kill it once so many were answered."""
    async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as channel:
        with contextlib.suppress(grpc.aio.AioRpcError):
            while True:
                answer = await AccessServiceStub(channel).Identify(REQUEST, timeout=60)
                answered.append(answer.decision.decision_id)
                if len(answered) == last:
                    process.kill()


@pytest.mark.timeout(300)  # each round starts a process
async def test_sigkill_loses_no_answered_decision(tmp_path: Path) -> None:
    """After each of several kills, what was answered is in a chain that verifies."""
    chance, answered = random.Random(6), list[str]()  # noqa: S311  # repeatable, not secret
    rounds = 5
    async with backends(tmp_path) as addresses:
        variables = {name.upper(): address for name, address in addresses.items()}
        for _ in range(rounds):
            last = len(answered) + chance.randint(1, 60)
            async with service(
                "gateway", DATA=tmp_path, AUDIT_SEGMENT_BYTES=20_000, **variables
            ) as process:
                await asyncio.gather(*(ask(process, answered, last) for _ in range(CALLERS)))
            found = verify(tmp_path / FOLDER, PLAIN)
            assert set(answered) <= {each["decision_id"] for each in kept(tmp_path)}

    kinds = [each["kind"] for each in records(tmp_path / FOLDER)]
    assert len(answered) > rounds
    assert (rounds, 0) == (kinds.count("start"), kinds.count("stop"))
    assert found.segment_count > rounds


async def test_a_broken_log_stops_the_gateway(tmp_path: Path) -> None:
    """It says in one line what is wrong and what to do, and does not serve."""
    async with service("gateway", DATA=tmp_path) as process:
        process.terminate()
        await process.wait()
    [file] = (tmp_path / FOLDER).iterdir()
    file.write_bytes(file.read_bytes().replace(b'"kind":"start"', b'"kind":"stats"'))

    code, lines = await refusal("gateway", DATA=tmp_path)

    assert 1 == code
    assert "record 1: its content does not fit its hash: changed" in lines[-1]
    assert "sureface audit verify" in lines[-1]
