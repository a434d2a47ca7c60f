"""`sureface insight`: which cameras take bad pictures, in words, plots and JSON."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from client.plot import bar, columns
from sureface.insight.v1 import insight_pb2 as pb
from tests import long_answers
from tests.cli import run
from tests.fake_gateway import FakeGateway

LINES = """\
from 2023-11-14 22:13 to 2023-11-21 22:13 UTC; before: from 2023-11-07 22:13 on

camera  scene           faces  low  before  trend  no face
gate-7  access_control    100  40%      5%  worse        3

camera  scene           quality 0          1  median  magnitude  median
gate-7  access_control  ······▇·▂··········█    0.70  2 ▁█ 2.38    3.10

camera  scene           low because      faces  share of low
gate-7  access_control  too dark, noisy     30  ███████▌
gate-7  access_control  too small           10  ██▌

gate-7, access_control: add light
"""


def test_insight_is_three_tables_and_a_sentence(gateway: FakeGateway) -> None:
    """How good the pictures are and were, what makes them bad, and what to do."""
    result = run(gateway, "insight")

    assert (0, LINES) == (result.exit_code, result.stdout)


def test_insight_is_about_a_period(gateway: FakeGateway) -> None:
    """The last week unless another time is named; of everything unless something is."""
    run(gateway, "insight")
    run(
        *(gateway, "insight", "--scene", "door", "--camera", "gate-7"),
        *("--since", "2026-01-02T03:04:05+01:00", "--until", "2026-02-01"),
    )
    week, month = gateway.requests

    ago = datetime.now(UTC) - week.start_time.ToDatetime(tzinfo=UTC)
    assert timedelta(days=7) <= ago < timedelta(days=7, hours=1)
    assert ("", "", False) == (week.camera_id, week.scene, week.HasField("end_time"))
    assert ("gate-7", "door") == (month.camera_id, month.scene)
    assert "2026-01-02T02:04:05Z" == month.start_time.ToJsonString()
    assert "2026-02-01T00:00:00Z" == month.end_time.ToJsonString()


def test_no_decisions_are_no_tables(gateway: FakeGateway) -> None:
    """An empty period is said in words."""
    gateway.answers["SummarizeCameras"] = pb.SummarizeCamerasResponse()

    assert run(gateway, "insight").stdout.endswith("no decisions on record in that time\n")


def test_a_camera_that_nobody_named_and_that_saw_nobody(gateway: FakeGateway) -> None:
    """Has a name all the same, and no numbers that would be wrong."""
    silent = pb.CameraSummary(scene="door", trend=pb.TREND_TOO_FEW, advice="is it on?")
    gateway.answers["SummarizeCameras"] = pb.SummarizeCamerasResponse(
        cameras=[silent], further_record_count=7
    )
    lines = run(gateway, "insight").stdout.splitlines()

    assert [
        "(no camera)  door       0               too few        0",
        "",
        "camera       scene  quality 0          1  median  magnitude  median",
        "(no camera)  door   ····················",
        "",
        "(no camera), door: is it on?",
        "",
        "7 more records are of further cameras: name one",
    ] == lines[3:]


def test_causes_of_tomorrow_are_shown(gateway: FakeGateway) -> None:
    """An older client counts what it has no word for."""
    answer = pb.SummarizeCamerasResponse.FromString(long_answers.SUMMARIZED.SerializeToString())
    answer.cameras[0].current.clusters[0].causes[0] = 99  # type: ignore[call-overload]  # as a newer gateway may send
    answer.cameras[0].trend = 99  # type: ignore[assignment]
    gateway.answers["SummarizeCameras"] = answer
    human = run(gateway, "insight").stdout
    [machine] = json.loads(run(gateway, "insight", "--json").stdout)["cameras"]

    assert "unknown to this client, noisy" in human
    assert machine["trend"] is None
    assert [None, "noisy"] == machine["current"]["clusters"][0]["causes"]


@pytest.mark.parametrize(
    ("counts", "plot"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([0, 0], "··", id="zeros"),
        pytest.param([1, 8, 16, 0], "▁▄█·", id="up to the highest"),
        pytest.param([1, 10**9], "▁█", id="little is not nothing"),
    ],
)
def test_columns(counts: list[int], plot: str) -> None:
    """Heights follow counts; a dot is none."""
    assert plot == columns(counts)


@pytest.mark.parametrize(
    ("share", "plot"),
    [(0.0, ""), (0.0001, "▏"), (0.05, "▌"), (0.5, "█████"), (0.75, "███████▌"), (1.0, "█" * 10)],
)
def test_bars(share: float, plot: str) -> None:
    """A bar is as long as its share; the least shows."""
    assert plot == bar(share)
