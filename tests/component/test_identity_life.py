"""For how long and for how much a key is good, at a real server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from meshkit.keys.key import Role
from sureface.enrollment.v1 import enrollment_pb2
from tests.identities import LOOK_S, held, revoked, with_keys, write

pytestmark = pytest.mark.timeout(300)

ACCESS = "/sureface.access.v1.AccessService"
ENROLLMENT = "/sureface.enrollment.v1.EnrollmentService"
UNKNOWN = "UNAUTHENTICATED UNAUTHENTICATED"


async def until(told: Callable[[], Awaitable[str]], wanted: str) -> None:
    """Ask until the answer is the one that is wanted."""
    async with asyncio.timeout(60):
        while True:
            if await told() == wanted:
                return
            await asyncio.sleep(LOOK_S)


async def test_a_new_key_counts_and_a_revoked_one_does_not_without_a_restart(
    tmp_path: Path,
) -> None:
    """The file is watched."""
    file, old, new = tmp_path / "keys.json", held(Role.DEVICE), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(file, old) as opened:
        before = [await opened.call(path, key.credential) for key in (old, new)]
        write(file, [revoked(old), new])
        await until(lambda: opened.call(path, new.credential), "OK")
        after = [await opened.call(path, key.credential) for key in (old, new)]

    assert (["OK", UNKNOWN], [UNKNOWN, "OK"]) == (before, after)


async def test_a_wrong_file_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The keys that are in force stay so, and the log says why; the next good file counts."""
    file, old, new = tmp_path / "keys.json", held(Role.DEVICE), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(file, old) as opened:
        file.write_text('{"keys": [{}]}\n')

        async def said() -> str:
            return "so" if "the key file was rejected" in caplog.text else "not yet"

        await until(said, "so")
        during = await opened.call(path, old.credential)
        write(file, [new])
        await until(lambda: opened.call(path, new.credential), "OK")

    assert "OK" == during


@pytest.mark.parametrize("end", ["revoked", "removed", "other limits"])
async def test_an_open_stream_ends_with_its_key(tmp_path: Path, end: str) -> None:
    """It is told as if the key had never held; streams of others go on."""
    file, key, other = tmp_path / "keys.json", held(Role.ENROLLER), held(Role.ENROLLER)
    after = {
        "revoked": [revoked(key), other],
        "removed": [other],
        "other limits": [replace(key, key=replace(key.key, scenes=("door",))), other],
    }
    message = enrollment_pb2.BatchEnrollRequest()
    async with with_keys(file, key, other) as opened:
        calls = [opened.talk(f"{ENROLLMENT}/BatchEnroll", each.credential) for each in (key, other)]
        for call in calls:
            await call.write(message)
            await call.read()
        write(file, after[end])
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await asyncio.wait_for(calls[0].read(), timeout=60)
        await calls[1].write(message)
        going_on = await calls[1].read()
        calls[1].cancel()

    assert grpc.StatusCode.UNAUTHENTICATED is ended.value.code()
    assert isinstance(going_on, enrollment_pb2.BatchEnrollResponse)


async def test_a_caller_has_a_rate_of_its_own(tmp_path: Path) -> None:
    """Beyond it, a refusal says when to come back; others are not held up."""
    slow, other = held(Role.DEVICE, calls_per_s=0.01), held(Role.DEVICE)
    path = f"{ACCESS}/Identify"
    async with with_keys(tmp_path / "keys.json", slow, other) as opened:
        first = await opened.call(path, slow.credential)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await opened.answer(path, slow.credential)
        others = await opened.call(path, other.credential)
    told = rpc_status.from_call(refused.value)  # type: ignore[arg-type]  # it is a Call, too
    retry = error_details_pb2.RetryInfo()
    assert told
    advised = [each for each in told.details if each.Unpack(retry)]

    assert ("OK", "OK") == (first, others)
    assert grpc.StatusCode.RESOURCE_EXHAUSTED is refused.value.code()
    assert 1 == len(advised)
    assert 0 < retry.retry_delay.seconds <= 100


async def test_a_caller_has_slots_of_its_own(tmp_path: Path) -> None:
    """Streams that stay open take them; one that ends gives its own back."""
    key, other = held(Role.ENROLLER), held(Role.ENROLLER)
    async with with_keys(tmp_path / "keys.json", key, other, caller_slots=1) as opened:
        call = opened.talk(f"{ENROLLMENT}/BatchEnroll", key.credential)
        await call.write(enrollment_pb2.BatchEnrollRequest())
        await call.read()
        path = f"{ENROLLMENT}/ListPersons"
        full = await opened.call(path, key.credential)
        others = await opened.call(path, other.credential)
        await call.done_writing()
        assert grpc.aio.EOF is await call.read()
        await until(lambda: opened.call(path, key.credential), "OK")

    assert ("RESOURCE_EXHAUSTED QUEUE_FULL", "OK") == (full, others)
