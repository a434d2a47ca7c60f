"""Spans: who is whose child, what is linked, and what there is when nobody collects."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import grpc.aio
import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from meshkit.batcher import Batcher, BatchLimits
from meshkit.config import ConfigError
from meshkit.telemetry import apart, current, exemplar, ids, span
from meshkit.telemetry.calling import _server, tracing_calls
from meshkit.telemetry.switching import wanted
from tests.fakes import Turnstile
from tests.tracing import Traced, traced

ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4317"}


@pytest.fixture(name="held")
def _held() -> Iterator[Traced]:
    with traced() as held:
        yield held


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        pytest.param({}, False, id="nothing is set"),
        pytest.param(ENDPOINT, True, id="an endpoint"),
        pytest.param(
            {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4317"}, True, id="one for traces"
        ),
        pytest.param({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False, id="an empty one"),
        pytest.param(ENDPOINT | {"OTEL_SDK_DISABLED": "True"}, False, id="disabled"),
        pytest.param(ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False, id="no exporter"),
        pytest.param(ENDPOINT | {"OTEL_TRACES_EXPORTER": "otlp"}, True, id="this exporter"),
        pytest.param(ENDPOINT | {"OTEL_TRACES_EXPORTER": ""}, True, id="an empty exporter"),
        pytest.param(ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": ""}, True, id="an empty protocol"),
        pytest.param(ENDPOINT | {"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, True, id="over gRPC"),
    ],
)
def test_the_environment_says_whether_to_trace(env: dict[str, str], expected: bool) -> None:
    """By the variables of OpenTelemetry; without an endpoint there is nobody to send traces to."""
    assert expected == wanted(env)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        pytest.param("OTEL_TRACES_EXPORTER", "zipkin", "must be otlp or none", id="exporter"),
        pytest.param("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "must be grpc", id="protocol"),
    ],
)
def test_what_cannot_be_had_is_refused(name: str, value: str, text: str) -> None:
    """An operator who asks for it would otherwise wait for traces that never come."""
    with pytest.raises(ConfigError, match=f"{name} {text}, got {value}"):
        wanted(ENDPOINT | {name: value})


def test_nothing_is_loaded_that_nobody_wants() -> None:
    """Every process starts without OpenTelemetry, unless it is told to trace."""
    code = """
import sys
import gateway.app, gateway.worker.app, services.gallery.app, services.embedder.app
import services.detector.app, services.enhancer.app, meshkit.process
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == run.stdout


def test_without_a_tracer_there_is_nothing() -> None:
    """Steps are run as if nothing was around them."""
    with span("step"), apart("frame"):
        assert None is current()
        assert {} == ids()
        assert None is exemplar(current())


def test_a_step_is_a_child_of_what_it_is_part_of(held: Traced) -> None:
    """And is no longer current once it is over, however it ends."""
    with span("whole"):
        with pytest.raises(KeyError), span("part"):
            raise KeyError("name of a person")
        inside = dict(ids())
    whole, part = held.the("whole"), held.the("part")

    assert (whole.trace_id, whole.span_id) == (part.trace_id, part.parent_id)
    assert {"trace_id": whole.trace_id, "span_id": whole.span_id} == inside
    assert {"error.type": "KeyError"} == part.attributes
    assert "person" not in part.whole
    assert {} == ids()


def test_one_of_many_has_a_trace_of_its_own(held: Traced) -> None:
    """Linked to what it came from."""
    with span("stream"), apart("frame"), span("look"):
        pass
    stream, frame, look = (held.the(name) for name in ("stream", "frame", "look"))

    assert stream.trace_id != frame.trace_id
    assert ("", ((stream.trace_id, stream.span_id),)) == (frame.parent_id, frame.links)
    assert (frame.trace_id, frame.span_id) == (look.trace_id, look.parent_id)


async def submitted(batcher: Batcher[int, int], name: str, items: Sequence[int]) -> list[int]:
    with span(name):
        return await batcher.submit(items)


async def test_a_batch_and_its_callers_know_each_other(held: Traced) -> None:
    """Each waits by itself; one computation is part of the oldest one's trace, linked to all."""
    gate, limits = Turnstile(), BatchLimits(max_batch=4)
    async with Batcher(gate.double, name="test", limits=limits).open() as batcher:
        first = asyncio.create_task(batcher.submit([0]))
        await gate.entered.wait()
        older = asyncio.create_task(submitted(batcher, "older", [1, 2]))
        await asyncio.sleep(0)
        younger = asyncio.create_task(submitted(batcher, "younger", [3]))
        await asyncio.sleep(0)
        gate.open()
        await asyncio.gather(first, older, younger)
    calls = [held.the("older"), held.the("younger")]
    waits = [each for each in held.spans if each.name == "queue test"]
    compute = held.the("compute test")

    assert [(each.trace_id, each.span_id) for each in calls] == [
        (each.trace_id, each.parent_id) for each in waits
    ]
    assert {((compute.trace_id, compute.span_id),)} == {each.links for each in waits}
    assert (calls[0].trace_id, calls[0].span_id) == (compute.trace_id, compute.parent_id)
    assert tuple((each.trace_id, each.span_id) for each in calls) == compute.links
    assert {"sureface.batcher": "test", "sureface.batch.items": 3} == compute.attributes


async def test_what_is_not_kept_leaves_no_trace() -> None:
    """A sampler that drops a call drops its batches, too, and no measurement points to it."""

    def double(items: Sequence[int]) -> list[int]:
        return [2 * item for item in items]

    with traced(ALWAYS_OFF) as held:
        async with Batcher(double, name="test", limits=BatchLimits()).open() as batcher:
            with span("dropped"):
                assert None is exemplar(current())
                assert [2] == await batcher.submit([1])

    assert [] == held.spans


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param("dns:///detector:50051", ("detector", 50051), id="a name"),
        pytest.param("127.0.0.1:50053", ("127.0.0.1", 50053), id="an address"),
        pytest.param("[::1]:50053", ("::1", 50053), id="one of IPv6"),
        pytest.param("ipv4:10.0.0.1:1,10.0.0.2:1", ("ipv4:10.0.0.1:1,10.0.0.2:1",), id="several"),
        pytest.param("dns:///detector", ("detector",), id="no port"),
    ],
)
def test_who_is_called_is_named(target: str, expected: tuple[object, ...]) -> None:
    """By host and port where there is one of each, else as gRPC was told."""
    assert expected == tuple(_server(target).values())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(asyncio.CancelledError, "CANCELLED", id="the caller leaves"),
        pytest.param(grpc.aio.UsageError, "INTERNAL", id="the channel is closed"),
    ],
)
async def test_a_call_that_never_was_has_a_span(
    held: Traced, error: type[BaseException], code: str
) -> None:
    """Otherwise a trace would show nothing where the trouble was."""

    async def failing(*_: Any) -> Any:
        raise error

    [interceptor, *_] = tracing_calls("127.0.0.1:1")
    details = grpc.aio.ClientCallDetails("/a.B/Do", None, None, None, None)
    with pytest.raises(error):
        await interceptor.intercept(failing, details, None)  # type: ignore[attr-defined]

    assert code == held.the("a.B/Do").attributes["rpc.response.status_code"]
