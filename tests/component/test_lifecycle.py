"""The life of a server and of its process, as balancers, callers and Kubernetes see it."""

import asyncio
import contextlib
import dataclasses
import json
import shutil
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import grpc.aio
import pytest
from grpc_health.v1.health_pb2 import HealthCheckResponse

from meshkit.channels import channel
from meshkit.server import serving
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop
from tests.echo import CONFIG, NAME, Caller, Echo, message
from tests.fakes import until
from tests.processes import refusal, service

MODELS = Path(__file__).parents[2] / "models"
WATCH = "/grpc.health.v1.Health/Watch"
CROP = pb.CropToEmbed(raw=AlignedCrop(rgb=bytes(37632)))


async def shout(text: str) -> str:
    return text.upper()


async def test_answers_while_it_drains() -> None:
    """Health turns NOT_SERVING first; calls are answered until the drain is over."""
    draining = dataclasses.replace(CONFIG, drain_s=0.5)
    async with contextlib.AsyncExitStack() as server:
        port = await server.enter_async_context(serving({NAME: Echo(shout).register}, draining))
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as plain:
            parse = HealthCheckResponse.FromString
            call = Caller(plain).channel.unary_stream(WATCH, None, parse)(b"")
            health = aiter(call)
            states = [(await anext(health)).status]
            closing = asyncio.create_task(server.pop_all().aclose())
            states.append((await anext(health)).status)
            answer = await Caller(plain).ask("UnaryUnary", message("ada"))
            call.cancel()
            await closing
            with pytest.raises(grpc.aio.AioRpcError) as failure:
                await Caller(plain).ask("UnaryUnary", message("ada"))

    assert [HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING] == states
    assert "ADA" == answer
    assert grpc.StatusCode.UNAVAILABLE is failure.value.code()


async def test_running_calls_may_finish() -> None:
    """What began before the end is answered after it."""
    entered, go = asyncio.Event(), asyncio.Event()

    async def slow(text: str) -> str:
        entered.set()
        await go.wait()
        return text

    patient = dataclasses.replace(CONFIG, grace_s=20)
    async with contextlib.AsyncExitStack() as server:
        port = await server.enter_async_context(serving({NAME: Echo(slow).register}, patient))
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as plain:
            call = asyncio.create_task(Caller(plain).ask("UnaryUnary", message("ada")))
            await entered.wait()
            closing = asyncio.create_task(server.pop_all().aclose())
            await asyncio.sleep(0)
            go.set()

            assert "ada" == await call
            await closing


async def test_calls_that_outlast_the_grace_hear_of_it() -> None:
    """Nobody is left waiting for a server that is gone."""
    entered = asyncio.Event()

    async def endless(text: str) -> str:
        entered.set()
        await asyncio.get_running_loop().create_future()
        return text

    hasty = dataclasses.replace(CONFIG, grace_s=0)
    async with contextlib.AsyncExitStack() as server:
        port = await server.enter_async_context(serving({NAME: Echo(endless).register}, hasty))
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as plain:
            call = asyncio.create_task(Caller(plain).ask("UnaryUnary", message("ada")))
            await entered.wait()
            await server.pop_all().aclose()
            with pytest.raises(grpc.aio.AioRpcError) as failure:
                await call

    assert grpc.StatusCode.UNAVAILABLE is failure.value.code()


async def test_a_bad_environment_is_one_line() -> None:
    """An operator reads every problem, and no traceback."""
    code, lines = await refusal("embedder", PORT="http", QUEUE_LIMITS=3)

    assert 1 == code
    [line] = lines
    assert line.startswith("embedder: EMBEDDER_QUEUE_LIMITS: unknown; EMBEDDER_PORT: invalid ")


async def test_an_altered_model_is_one_line(tmp_path: Path) -> None:
    """A model that is not the declared one serves nobody."""
    for name in ("models.toml", "sureface.onnx"):
        shutil.copy(MODELS / name, tmp_path)
    with (tmp_path / "sureface.onnx").open("ab") as file:
        file.write(b"\0")

    code, lines = await refusal("embedder", MODELS=tmp_path)

    assert 1 == code
    [line] = lines
    assert f"embedder: model file {tmp_path / 'sureface.onnx'} is altered: sha256 " in line


@pytest.fixture(name="taken")
def _taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port: int = listener.getsockname()[1]
        yield port


@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        pytest.param("PORT", "embedder: port {} on 127.0.0.1 is taken", id="calls"),
        pytest.param(
            "METRICS_PORT", "embedder: metrics_port {} on 127.0.0.1 is taken", id="metrics"
        ),
    ],
)
async def test_a_taken_port_is_one_line(taken: int, variable: str, problem: str) -> None:
    """Two servers on one port would hide a mistake."""
    code, lines = await refusal("embedder", **{variable: taken})

    assert 1 == code
    [line] = lines
    assert problem.format(taken) == line.strip()


async def test_sigterm_is_a_clean_end() -> None:
    """Kubernetes asks once; the process exits 0, and its log was JSON to the last line."""
    async with service("embedder") as process:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as plain:
            await EmbedderServiceStub(plain).DescribeModel(pb.DescribeModelRequest())
        process.terminate()
        code = await process.wait()

    assert 0 == code
    logged = [json.loads(line) for line in process.lines]
    assert {"embedder"} == {line["service"] for line in logged}
    access = [line for line in logged if line["logger"] == "access"]
    method = "/sureface.embedder.v1.EmbedderService/DescribeModel"
    assert [(method, "OK")] == [(line["method"], line["code"]) for line in access]


async def test_a_second_signal_is_not_patient() -> None:
    """Who asks twice means it."""
    async with service("embedder", DRAIN_S=60) as process:
        process.terminate()
        await until(lambda: any("draining" in line for line in process.lines))
        process.terminate()
        code = await process.wait()

    assert -15 == code


async def test_sigterm_under_load_is_a_clean_end() -> None:
    """Calls are answered or end as UNAVAILABLE; none hangs, none meets a bug; exit 0."""
    codes: list[str] = []
    embedder = pb.DESCRIPTOR.services_by_name["EmbedderService"]
    async with (
        service("embedder", DRAIN_S=0.3) as process,
        channel(f"127.0.0.1:{process.port}", [embedder]) as plain,
    ):
        stub = EmbedderServiceStub(plain)

        async def work() -> None:
            while "UNAVAILABLE" not in codes:
                try:
                    await stub.EmbedCrops(pb.EmbedCropsRequest(crops=[CROP] * 2), timeout=20)
                    codes.append("OK")
                except grpc.aio.AioRpcError as error:
                    codes.append(error.code().name)

        load = [asyncio.create_task(work()) for _ in range(4)]
        await until(lambda: len(codes) >= 8)
        process.terminate()
        code = await process.wait()
        await asyncio.gather(*load)

    assert 0 == code
    assert {"OK", "UNAVAILABLE"} == set(codes)
    assert "incident" not in "".join(process.lines)


async def test_metrics_can_be_scraped() -> None:
    """Prometheus finds calls by method, code and reason."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    async with service("embedder", METRICS_PORT=port) as process:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as plain:
            await EmbedderServiceStub(plain).EmbedCrops(pb.EmbedCropsRequest(crops=[CROP]))

        def scrape() -> str:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as page:
                return str(page.read().decode())

        text = await asyncio.to_thread(scrape)

    method = "sureface.embedder.v1.EmbedderService/EmbedCrops"
    [calls] = [
        line
        for line in text.splitlines()
        if line.startswith("rpc_server_call_duration_seconds_count") and f'"{method}"' in line
    ]
    assert 'error_type=""' in calls
    assert 'rpc_response_status_code="OK",rpc_system_name="grpc"} 1.0' in calls
    assert 'batcher_batch_items_count{batcher="embedder"} 1.0' in text
