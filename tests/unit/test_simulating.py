"""Simulations over a log: which records, one at a time, and no longer than somebody waits."""

import asyncio
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from faces.errors import StoreUnavailable
from faces.policy import PolicyTable
from faces.simulation import Simulation
from gateway.policies.simulating import Simulating, Span
from gateway.records.walks import Walks
from tests.unit.door import POLICY

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ALL = Span(start=None, end=None, scene="")


def record(minute: int = 0, *, scene: str = "door", kind: str = "decision") -> dict[str, Any]:
    """A record of somebody whom nobody knows."""
    face = {"detection_score": 0.9, "inter_eye_px": 80.0, "yaw_deg": 0.0, "pitch_deg": 0.0}
    return {
        "kind": kind,
        "time": (NOON + timedelta(minutes=minute)).isoformat(),
        "decision_id": f"d-{minute}",
        "call": "Identify",
        "scene": scene,
        "contract_id": "arc4-1",
        "verdict": "no_match",
        "rule": "no_candidate",
        "raw_similarity": None,
        "samples": [
            {
                "detected": 1,
                "other_detection_scores": [],
                "enhancement": "not_needed",
                "quality": 0.9,
                "occlusion": None,
                **face,
            }
        ],
        "candidates": [],
    }


def simulation() -> Simulation:
    return Simulation(PolicyTable([POLICY]), enhancer=False)


@pytest.mark.parametrize(
    ("span", "counted"),
    [
        pytest.param(ALL, {"barrier": 1, "door": 3}, id="everything"),
        pytest.param(Span(start=None, end=None, scene="door"), {"door": 3}, id="a scene"),
        pytest.param(
            Span(start=None, end=NOON + timedelta(minutes=2), scene=""), {"door": 2}, id="an end"
        ),
        pytest.param(
            Span(start=NOON + timedelta(minutes=2), end=None, scene=""),
            {"barrier": 1, "door": 1},
            id="a beginning",
        ),
    ],
)
async def test_counts_the_decisions_of_a_span(span: Span, counted: dict[str, int]) -> None:
    """From the first moment on, before the last; what is no decision counts nothing."""
    log = [record(0), record(1), record(1, kind="erasure"), record(2), record(3, scene="barrier")]

    def records(since: datetime | None) -> list[dict[str, Any]]:
        return [r for r in log if not since or datetime.fromisoformat(r["time"]) >= since]

    what = simulation()
    await Simulating(Walks(records)).run(what, span)

    assert counted == {scene: tally.decisions for scene, tally in what.scenes.items()}


async def test_ends_when_its_caller_leaves() -> None:
    """A log without end is read no further, and the next simulation gets its turn."""
    loop, begun, closed = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    endless = True

    def records(_: datetime | None) -> Iterator[Mapping[str, Any]]:
        loop.call_soon_threadsafe(begun.set)
        try:
            yield record()
            while endless:
                yield record()
        finally:
            closed.set()

    simulating = Simulating(Walks(records))
    running = asyncio.create_task(simulating.run(simulation(), ALL))
    await begun.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    ended = await asyncio.to_thread(closed.wait, 20)
    endless, what = False, simulation()
    await simulating.run(what, ALL)

    assert ended
    assert 1 == what.scenes["door"].unchanged


async def test_there_is_one_at_a_time() -> None:
    """Two would take twice the processor from the doors."""
    inside, most = 0, 0

    def records(_: datetime | None) -> Iterator[Mapping[str, Any]]:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        for minute in range(50):
            yield record(minute)
        inside -= 1

    simulating = Simulating(Walks(records))
    await asyncio.gather(*(simulating.run(simulation(), ALL) for _ in range(4)))

    assert (0, 1) == (inside, most)


async def test_a_log_that_cannot_be_read() -> None:
    """Is the operator's to repair: the caller hears that it is away."""

    def records(_: datetime | None) -> Iterator[Mapping[str, Any]]:
        raise OSError(5, "Input/output error")

    with pytest.raises(StoreUnavailable):
        await Simulating(Walks(records)).run(simulation(), ALL)
