"""Traces over real sockets: what travels with a call, what is sent, what a process ends with."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, SamplingResult, StaticSampler
from opentelemetry.trace import SpanKind
from prometheus_client import REGISTRY
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from faces.errors import QueueFull
from meshkit.channels import channel
from meshkit.log import JsonLines
from meshkit.server import serving
from meshkit.telemetry import span
from meshkit.tls.calling import Trust
from services.gallery.app import open_app as open_gallery
from sureface.embedder.v1 import embedder_pb2 as pb
from sureface.embedder.v1.embedder_pb2_grpc import EmbedderServiceStub
from sureface.gallery.v1.gallery_pb2 import ListCollectionsRequest
from sureface.gallery.v1.gallery_pb2_grpc import GalleryServiceStub
from sureface.type.v1.face_pb2 import AlignedCrop
from tests import galleries
from tests.certificates import House
from tests.collector import collecting
from tests.echo import CONFIG, KINDS, NAME, Answer, Caller, Echo, echoing, message, shout
from tests.processes import service
from tests.tracing import Traced, traced

OUTSIDE = ("00", "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "01")
"""A `traceparent`: version, trace, span, sampled."""

exposed: Any = generate_latest  # untyped
parsed: Any = text_string_to_metric_families
UNARY = f"{NAME}/UnaryUnary"
CROP = pb.CropToEmbed(raw=AlignedCrop(rgb=bytes(37632)))
METHOD = "sureface.embedder.v1.EmbedderService/EmbedCrops"


@pytest.fixture(name="held")
def _held() -> Iterator[Traced]:
    with traced() as held:
        yield held


@contextlib.asynccontextmanager
async def calling(answer: Answer) -> AsyncIterator[Caller]:
    """Serve an echo, and call it as services call one another."""
    async with (
        serving({NAME: Echo(answer).register}, CONFIG) as port,
        channel(f"dns:///localhost:{port}", []) as opened,
    ):
        yield Caller(opened)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_trace_goes_on_at_the_other_side(held: Traced, kind: str) -> None:
    """Of every kind of call, one span here and one there, the second a child of the first."""
    async with calling(shout) as caller:
        with span("asking"):
            assert "ADA" == await caller.ask(kind, message("ada"))
        made, answered = await held.sides(f"{NAME}/{kind}")
    asking = held.the("asking")

    assert (asking.trace_id, asking.span_id) == (made.trace_id, made.parent_id)
    assert (made.trace_id, made.span_id) == (answered.trace_id, answered.parent_id)
    about = {"rpc.system.name": "grpc", "rpc.method": f"{NAME}/{kind}"}
    assert about.items() <= made.attributes.items() & answered.attributes.items()
    assert "localhost" == made.attributes["server.address"]
    assert made.attributes["server.port"] > 0
    assert "ada" not in (made.whole + answered.whole).lower()


class DropsSteps(StaticSampler):
    """Keeps what begins with a call, and nothing else."""

    def __init__(self) -> None:
        super().__init__(Decision.RECORD_AND_SAMPLE)

    def should_sample(self, *about: Any, **more: Any) -> SamplingResult:
        kind = more["kind"] if "kind" in more else about[3]
        kept = kind is not SpanKind.INTERNAL
        return SamplingResult(Decision.RECORD_AND_SAMPLE if kept else Decision.DROP)


async def test_what_nobody_keeps_is_kept_nowhere() -> None:
    """The other side hears that a trace is dropped: it would begin one of its own otherwise."""
    with traced(ParentBased(DropsSteps())) as held:
        async with calling(shout) as caller:
            with span("asking"):
                await caller.ask("UnaryUnary", message("ada"))
            assert [] == held.spans
            await caller.ask("UnaryUnary", message("ada"))
            await held.sides(UNARY)


async def test_a_refusal_has_its_reason(held: Traced) -> None:
    """For the server it is no error: it did what it should. For who called, it is one."""

    async def busy(_: str) -> str:
        raise QueueFull(queue="model", limit=8)

    async with calling(busy) as caller:
        with pytest.raises(grpc.aio.AioRpcError):
            await caller.ask("UnaryUnary", message("ada"))
        made, answered = await held.sides(UNARY)

    code = "RESOURCE_EXHAUSTED"
    assert (code, code, True) == (
        made.attributes["rpc.response.status_code"],
        made.attributes["error.type"],
        made.failed,
    )
    assert (code, "ERROR_REASON_QUEUE_FULL", False) == (
        answered.attributes["rpc.response.status_code"],
        answered.attributes["error.type"],
        answered.failed,
    )


async def test_latency_points_to_a_trace(held: Traced) -> None:
    """Who scrapes OpenMetrics finds, in a bucket, the trace of a call that fell into it."""
    async with calling(shout) as caller:
        await caller.ask("UnaryUnary", message("ada"))
        _, answered = await held.sides(UNARY)

    exemplars = [
        sample.exemplar.labels
        for family in parsed(exposed(REGISTRY).decode())
        for sample in family.samples
        if sample.name == "rpc_server_call_duration_seconds_bucket"
        and sample.labels["rpc_method"] == UNARY
        and sample.exemplar
    ]
    assert {"trace_id": answered.trace_id, "span_id": answered.span_id} in exemplars


@pytest.fixture(name="lines")
def _lines() -> Iterator[StringIO]:
    """The access log, as a process writes it."""
    stream, logger = StringIO(), logging.getLogger("access")
    handler, level = logging.StreamHandler(stream), logger.level
    handler.setFormatter(JsonLines("echo"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


async def test_lines_of_the_log_name_their_trace(held: Traced, lines: StringIO) -> None:
    """Who reads a line finds the call that it belongs to."""
    async with calling(shout) as caller:
        await caller.ask("UnaryUnary", message("ada"))
        _, answered = await held.sides(UNARY)

    [line] = map(json.loads, lines.getvalue().splitlines())
    assert (answered.trace_id, answered.span_id) == (line["trace_id"], line["span_id"])


async def test_probes_are_not_traced(held: Traced) -> None:
    """A trace for each would drown the others; and a trace of theirs ends at our door."""
    check = "/grpc.health.v1.Health/Check"
    async with echoing(Echo(shout)) as caller:
        await caller.channel.unary_unary(check)(b"", metadata=[("traceparent", "-".join(OUTSIDE))])

    assert [] == held.spans


async def test_a_process_sends_what_it_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call of somebody who traces, its wait and its computation, before the process ends."""
    async with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")  # so that its end sends them
        async with service("embedder") as process:
            async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as plain:
                await EmbedderServiceStub(plain).EmbedCrops(
                    pb.EmbedCropsRequest(crops=[CROP]),
                    metadata=[("traceparent", "-".join(OUTSIDE)), ("tracestate", "who=ada")],
                )
            process.terminate()
            code = await process.wait()
        [call] = collector.named(METHOD)
        [wait], [compute] = (collector.named(f"{each} embedder") for each in ("queue", "compute"))

    _, trace, parent, _ = OUTSIDE
    assert 0 == code
    assert {("embedder", trace)} == {(s.process, s.trace_id) for s in (call, wait, compute)}
    assert ("SERVER", parent) == (call.kind, call.parent_id)
    assert "ada" not in call.whole
    assert [call.span_id] * 2 == [wait.parent_id, compute.parent_id]


async def test_a_collector_that_is_away_keeps_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls are answered, and the process ends in time, with what was measured lost."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    async with service("embedder") as process:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as plain:
            answer = await EmbedderServiceStub(plain).EmbedCrops(pb.EmbedCropsRequest(crops=[CROP]))
        process.terminate()
        async with asyncio.timeout(60):
            code = await process.wait()

    assert 1 == len(answer.crops)
    assert 0 == code
    assert all(isinstance(json.loads(line), dict) for line in process.lines)


async def test_traces_go_through_tls(held: Traced, tmp_path: Path) -> None:
    """Through a channel that takes up renewed certificates, too, before and after it has."""
    house, method = House(tmp_path), "sureface.gallery.v1.GalleryService/ListCollections"
    settings = replace(galleries.config(tmp_path / "gallery.db"), tls=house.give("gallery"))
    trust = Trust(folder=house.give("gateway"), name="gallery")
    async with open_gallery(settings) as port, channel(f"127.0.0.1:{port}", [], trust) as opened:
        stub: Any = GalleryServiceStub(opened)
        await stub.ListCollections(ListCollectionsRequest())
        first = await held.sides(method)
        held.clear()
        house.give("gateway")
        await stub.ListCollections(ListCollectionsRequest())
        second = await held.sides(method)

    for made, answered in (first, second):
        assert (made.trace_id, made.span_id) == (answered.trace_id, answered.parent_id)
        assert "OK" == made.attributes["rpc.response.status_code"]
