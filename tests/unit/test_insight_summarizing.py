"""Which records of the log count, and in which of the two periods; and metrics as they come."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from faces.errors import StoreUnavailable
from gateway.insight.metrics import CAMERAS, OTHER, Observing
from gateway.insight.summarizing import Period, Summarizing
from gateway.records.walks import Walks

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(
    hours: float = 0, *, camera: str = "c", scene: str = "door", **picture: Any
) -> dict[str, Any]:
    """A decision that long after noon."""
    seen: dict[str, Any] = {"refused_by": None, "quality": 0.9, "magnitude": 3.0, "covered": []}
    return {
        "kind": "decision",
        "time": (NOON + hours * HOUR).isoformat(),
        "camera_id": camera,
        "scene": scene,
        "verdict": "match",
        "rule": "accept",
        "contract_id": "arc4-1",
        "samples": [seen | picture],
    }


async def counted(log: list[dict[str, Any]], period: Period) -> dict[tuple[str, str], list[int]]:
    """Records before and in a period, by camera and scene."""

    def records(since: datetime | None) -> list[dict[str, Any]]:
        return [r for r in log if not since or datetime.fromisoformat(r["time"]) >= since]

    insight = await Summarizing(Walks(records)).run(period)
    return {
        (group.camera_id, group.scene): [group.before.records, group.now.records]
        for group in insight.groups
    }


LOG = [
    *(record(-1.01), record(-1), record(-0.5), record(-0.01)),
    *(record(0), record(0.5, camera="d"), record(0.9, scene="roof"), record(0.99)),
    *(record(1), {"kind": "erasure", "time": NOON.isoformat()}),
]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        pytest.param(
            {}, {("c", "door"): [3, 2], ("c", "roof"): [0, 1], ("d", "door"): [0, 1]}, id="all"
        ),
        pytest.param({"camera_id": "d"}, {("d", "door"): [0, 1]}, id="a camera"),
        pytest.param({"scene": "roof"}, {("c", "roof"): [0, 1]}, id="a scene"),
        pytest.param({"camera_id": "d", "scene": "roof"}, {}, id="nothing"),
    ],
)
async def test_two_periods_follow_each_other(
    only: dict[str, str], expected: dict[tuple[str, str], list[int]]
) -> None:
    """Of the same length; each moment belongs to one of them, or to none."""
    assert expected == await counted(LOG, Period(start=NOON, end=NOON + HOUR, **only))


def test_before_the_beginning_of_time() -> None:
    """There is nothing to compare with."""
    start = datetime(2, 1, 1, tzinfo=UTC)

    assert datetime.min.replace(tzinfo=UTC) == Period(start=start, end=NOON).before


async def test_a_log_that_cannot_be_read() -> None:
    """Is the operator's to repair: the caller hears that it is away."""

    def records(_: datetime | None) -> list[Mapping[str, Any]]:
        raise OSError(5, "Input/output error")

    with pytest.raises(StoreUnavailable):
        await Summarizing(Walks(records)).run(Period(start=NOON, end=NOON + HOUR))


def sample(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"gateway_{name}", labels) or 0.0


def test_decisions_are_measured_as_they_come() -> None:
    """By rule; by scene and camera: what the picture was, what made it bad, how good, how long."""
    where = {"scene": "measured", "camera": "gate-7"}
    observing = Observing()
    observing.observe(record(scene="measured", camera="gate-7"))
    observing.observe(record(scene="measured", camera="gate-7", quality=0.4, covered=["mouth"]))
    observing.observe({"kind": "enrollment", "scene": "measured"})

    assert 2 == sample("decisions_total", scene="measured", verdict="match", rule="accept")
    assert (1, 1) == tuple(
        sample("pictures_total", outcome=outcome, **where) for outcome in ("good", "low")
    )
    assert 1 == sample("low_quality_total", cause="occluded", **where)
    assert (1, 2) == tuple(sample("sample_quality_bucket", le=le, **where) for le in ("0.4", "0.9"))
    assert (2, 6) == (
        sample("sample_magnitude_count", **where),
        sample("sample_magnitude_sum", **where),
    )


def test_cameras_without_end_are_one_label() -> None:
    """Callers name cameras as they like: not every name becomes a series."""
    observing = Observing()
    for _ in range(2):
        for number in range(CAMERAS + 5):
            observing.observe(record(scene="crowded", camera=f"camera-{number}"))

    def pictures(camera: str) -> float:
        return sample("pictures_total", scene="crowded", camera=camera, outcome="good")

    assert (2, 0, 10) == (
        pictures(f"camera-{CAMERAS - 1}"),
        pictures(f"camera-{CAMERAS}"),
        pictures(OTHER),
    )
