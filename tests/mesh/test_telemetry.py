"""A mesh that is watched: one trace for a call, metrics as listed, and nothing that is secret."""

import fnmatch
import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.collector import Seen, collecting
from tests.marks import PERSON, found
from tests.mesh.mesh import mesh
from tests.mesh.test_enhancement import models
from tests.observed import PROCESSES, Observed, busy, free_ports
from tests.workers import worker
from tools.observability.signals import METRICS, SPANS, Span

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]

NOT_HERE = {
    "gateway_accept_lines_total": "no scene has a target_fpir",
    "gallery_rebuilds_total": "nothing was deleted",
    "gateway_policy_read_total": "the policy file was not changed",
}
"""Metrics that have no value yet, and why."""

ROWS = {(each, process) for each in SPANS for process in each.processes}


@pytest_asyncio.fixture(name="seen", scope="module", loop_scope="module")
async def _seen(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    folder = tmp_path_factory.mktemp("observed")
    media, made = folder / "media", models(folder / "models")
    ports = dict(zip(PROCESSES, free_ports(len(PROCESSES)), strict=True))
    told: dict[str, dict[str, object]] = {
        "embedder": {"MODELS": made, "MODEL": "sureface", "FUSION": "tiny-gate"},
        "enhancer": {"MODELS": made, "MODEL": "tiny-enhancer"},
        "gateway": {"ENHANCER_LIMIT_S": 30, "MEDIA": media, "OUTPUT": folder / "found"},
    }
    variables = {name: told.get(name, {}) | {"METRICS_PORT": ports[name]} for name in PROCESSES}
    async with collecting() as collector:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
            environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
            media.mkdir()
            mine = variables.pop("worker")
            async with mesh(folder, **variables) as running, worker(running, media, **mine) as last:
                processes = {**running.processes, "worker": last}
                seen = Observed(running, processes, ports, collector)
                await busy(seen, media)
                await collector.until(lambda spans: ROWS <= {row_of(span) for span in spans})
                yield seen


def row_of(seen: Seen) -> tuple[Span | None, str]:
    """Which row of the list a span is of."""
    for row in SPANS:
        pattern = re.sub(r"[*]\w+[*]", "*", row.name)
        fits = row.kind == seen.kind and fnmatch.fnmatch(seen.name, pattern)
        if fits and seen.process in row.processes:
            return row, seen.process
    return None, f"{seen.process} {seen.name}"


def identified(seen: Observed) -> Seen:
    """The call that found somebody at a door; the others were refused."""
    calls = seen.collector.named("sureface.access.v1.AccessService/Identify")
    [call] = [each for each in calls if each.attributes["rpc.response.status_code"] == "OK"]
    return call


async def test_spans_are_those_that_are_listed(seen: Observed) -> None:
    """By name, kind, process and attributes: none is missing, none is more."""
    assert ROWS == {row_of(span) for span in seen.collector.spans}
    for span in seen.collector.spans:
        row, _ = row_of(span)
        assert row
        assert span.attributes.keys() <= {*row.attributes, "error.type"}, span.name


async def test_a_call_is_one_trace_down_to_the_index(seen: Observed) -> None:
    """From the public call through each service to the scan, and to the record of the decision."""
    call = identified(seen)
    mine = [span for span in seen.collector.spans if span.trace_id == call.trace_id]
    by_id = {span.span_id: span for span in mine}

    def path(span: Seen) -> list[str]:
        above = by_id.get(span.parent_id)
        return [*(path(above) if above else []), f"{span.process} {span.name.rpartition('/')[2]}"]

    assert "" == call.parent_id
    leaves = {" > ".join(path(span)) for span in mine}
    top = "gateway Identify"
    assert {
        f"{top} > gateway DetectFaces > detector DetectFaces > detector decode",
        f"{top} > gateway DetectFaces > detector DetectFaces > detector queue detector",
        f"{top} > gateway DetectFaces > detector DetectFaces > detector compute detector",
        f"{top} > gateway EmbedCrops > embedder EmbedCrops > embedder compute embedder",
        f"{top} > gateway SearchPersons > gallery SearchPersons > gallery queue gallery searches",
        f"{top} > gateway SearchPersons > gallery SearchPersons > gallery compute gallery searches",
        f"{top} > gateway record",
    } <= leaves


async def test_the_log_of_each_process_names_the_trace(seen: Observed) -> None:
    """Lines of one call in several processes are found by one id."""
    call = identified(seen)
    named = {
        name
        for name, process in seen.processes.items()
        if any(json.loads(line).get("trace_id") == call.trace_id for line in process.lines)
    }

    assert {"gateway", "detector", "embedder", "gallery"} <= named


async def test_frames_are_linked_to_their_stream(seen: Observed) -> None:
    """And those of a job to its task; each is a trace of its own."""
    wholes = {
        (span.trace_id, span.span_id)
        for span in seen.collector.spans
        if span.name == "task" or span.name.endswith("/IdentifyStream")
    }
    frames = seen.collector.named("frame")

    assert {"gateway", "worker"} == {frame.process for frame in frames}
    assert len(frames) == len({frame.trace_id for frame in frames})
    # A stream ends after its frames, and may not have been sent yet.
    assert any(set(frame.links) <= wholes for frame in frames if frame.process == "worker")
    assert all("" == frame.parent_id and 1 == len(frame.links) for frame in frames)


@pytest.mark.parametrize("process", PROCESSES)
async def test_metrics_are_those_that_are_listed(seen: Observed, process: str) -> None:
    """What a process shows is on the list with these labels; what is on the list, it shows."""
    listed = {metric.family: metric for metric in METRICS if process in metric.processes}
    shown = {
        family.name: family
        for family in await seen.scraped(process)
        if family.samples and not family.name.startswith("python_")
    }
    others = {name for name in shown.keys() - listed.keys() if not name.startswith("process_")}
    missing = {listed[name].name for name in listed.keys() - shown.keys()}

    assert set() == others
    assert missing <= NOT_HERE.keys()
    for name, metric in listed.items():
        for sample in shown[name].samples if name in shown else ():
            assert set(metric.labels) == sample.labels.keys() - {"le", "quantile"}, sample


async def test_nothing_secret_is_told_to_operators(seen: Observed) -> None:
    """No pixel, vector, name, key or token, and not who: in no line, no span, no metric."""
    lines = [line for process in seen.processes.values() for line in process.lines]
    pages = [str(await seen.scraped(process)) for process in PROCESSES]
    told = "\n".join([*lines, *(span.whole for span in seen.collector.spans), *pages])

    assert "AccessService/Identify" in told
    assert PERSON not in told
    assert [] == found(told, seen.vector)


async def test_nothing_secret_is_told_to_callers_who_fail(seen: Observed) -> None:
    """An error says what is wrong with a picture or a vector, and repeats neither."""
    told = "\n".join(seen.errors)

    assert 4 == len(seen.errors)
    assert "ERROR_REASON" in told
    assert [] == found(told, seen.vector)
