"""What is recorded of the cost of traces."""

import pytest
import yaml

from bench.goal import Mark, mark
from bench.load import Run
from bench.results import ROOT
from bench.telemetry import SIDES, UNTRACED, rows


def runs(*per_s: float) -> list[Run]:
    return [Run(per_s=each, p50_ms=1.0, p95_ms=1.0) for each in per_s]


@pytest.mark.parametrize(
    ("traced", "cost", "expected"),
    [
        pytest.param(runs(98, 40, 99), 2.0, Mark.MET, id="little, in most rounds"),
        pytest.param(runs(96, 40, 99), 4.0, Mark.MISSED, id="too much"),
        pytest.param(runs(101, 102, 99), -1.0, Mark.MET, id="nothing"),
    ],
)
def test_the_cost_is_a_share_of_throughput(traced: list[Run], cost: float, expected: Mark) -> None:
    """Of the middle round, in per cent; a busy minute that hits one side of one round is left."""
    [row] = rows({UNTRACED: runs(100, 80, 100), "every call": traced})

    assert (cost, "%") == (row.reached, row.unit)
    assert expected is mark(row.goal, row.reached)


def test_what_is_measured_is_what_is_deployed() -> None:
    """One of the sides samples as pods do."""
    text = (ROOT / "deploy/k8s/components/otel/kustomization.yaml").read_text(encoding="utf-8")
    [generator] = yaml.safe_load(text)["configMapGenerator"]
    deployed = dict(literal.split("=", 1) for literal in generator["literals"])

    assert any(settings.items() <= deployed.items() for settings in SIDES.values())
