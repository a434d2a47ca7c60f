"""The policy table by command line: what is in force, what was, and what another would change."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client.commands.moments import MOMENT
from client.commands.policies.simulating import WORDS
from faces.errors import FieldInvalid
from faces.replay import Untold
from sureface.policy.v1 import policy_pb2 as pb
from tests import long_answers
from tests.cli import run
from tests.fake_gateway import FakeGateway
from tests.policies import GOOD

REJECTED = pb.PolicyRejection(
    reason="scene door: margin cannot be 'wide'", reject_time=long_answers.NOON
)


@pytest.fixture(name="table")
def _table(tmp_path: Path) -> Path:
    table = tmp_path / "proposed.yaml"
    table.write_text(GOOD)
    return table


def test_a_table_of_the_past_goes_back_into_a_file(gateway: FakeGateway) -> None:
    """What is printed is what was written, line for line: comments and long ones, too."""
    text = f"# {'why ' * 100}\ndoor:\n  accept: 0.5   # \t as of old\n"
    gateway.answers["GetPolicyTable"] = pb.GetPolicyTableResponse(policy_version="abc", text=text)
    result = run(gateway, "policies", "show", "--version", "abc")

    assert (0, text) == (result.exit_code, result.stdout)
    assert "abc" == gateway.requests[0].policy_version


@pytest.mark.parametrize("command", ["list", "show"])
def test_a_rejected_file_is_complained_about(gateway: FakeGateway, command: str) -> None:
    """Whoever looks at the table in force hears that the file holds another one, and why."""
    gateway.answers["GetPolicyTable"] = pb.GetPolicyTableResponse(rejection=REJECTED)
    result = run(gateway, "policies", command)

    [line] = result.stderr.splitlines()
    assert 0 == result.exit_code
    assert line.endswith("rejected at 2023-11-14 22:13:20 UTC: scene door: margin cannot be 'wide'")


def test_the_history_is_a_table(gateway: FakeGateway) -> None:
    """The latest first; the last is in force."""
    noon, later = long_answers.NOON, Timestamp(seconds=long_answers.NOON.seconds + 60)
    gateway.answers["ListPolicyPeriods"] = pb.ListPolicyPeriodsResponse(
        periods=[
            pb.PolicyPeriod(policy_version="def", begin_time=later),
            pb.PolicyPeriod(policy_version="abc", begin_time=noon, end_time=later),
        ]
    )
    lines = run(gateway, "policies", "history").stdout.splitlines()

    assert [
        "policy  from (UTC)           until (UTC)",
        "def     2023-11-14 22:14:20  in force",
        "abc     2023-11-14 22:13:20  2023-11-14 22:14:20",
    ] == lines
    assert 2 == len(run(gateway, "policies", "history", "--last", 1).stdout.splitlines())


def test_a_simulation_is_three_tables(gateway: FakeGateway, table: Path) -> None:
    """How many would change, how, and of how many nothing can be told, with examples."""
    result = run(gateway, "policies", "simulate", table)

    assert [
        "scene           decisions  unchanged  changed  cannot be told",
        "access_control       1000        950       40              10",
        "",
        "scene           was           would be             decisions  for example",
        "access_control  MATCH accept  REVIEW below_accept         40  d-2, d-3",
        "",
        "scene           cannot be told                  decisions  for example",
        "access_control  refused before it was embedded         10  d-4",
        "",
        "proposed policy def",
    ] == result.stdout.splitlines()


def test_a_simulation_is_about_a_table_and_a_period(gateway: FakeGateway, table: Path) -> None:
    """The file is sent as it is, with the last week unless another time is named."""
    run(gateway, "policies", "simulate", table)
    run(
        *(gateway, "policies", "simulate", table, "--scene", "door"),
        *("--since", "2026-01-02T03:04:05+01:00", "--until", "2026-02-01"),
    )
    week, month = gateway.requests

    assert (GOOD, "", False) == (week.text, week.scene, week.HasField("end_time"))
    ago = datetime.now(UTC) - week.start_time.ToDatetime(tzinfo=UTC)
    assert timedelta(days=7) <= ago < timedelta(days=7, hours=1)
    assert "door" == month.scene
    assert "2026-01-02T02:04:05Z" == month.start_time.ToJsonString()
    assert "2026-02-01T00:00:00Z" == month.end_time.ToJsonString()


def test_no_decisions_are_no_tables(gateway: FakeGateway, table: Path) -> None:
    """An empty period is said in words."""
    gateway.answers["SimulatePolicy"] = pb.SimulatePolicyResponse(policy_version="def")

    assert "no decisions" in run(gateway, "policies", "simulate", table).stdout


def test_a_wrong_proposal_is_one_line(gateway: FakeGateway, table: Path) -> None:
    """The gateway says what is wrong with it; the code says that it was refused."""
    gateway.answers["SimulatePolicy"] = FieldInvalid(field="text", rule="is no policy table: …")
    result = run(gateway, "policies", "simulate", table)

    assert (5, "") == (result.exit_code, result.stdout)
    assert 1 == len(result.stderr.splitlines())


@pytest.mark.parametrize(
    ("content", "options"),
    [
        pytest.param(b"\xff\n", [], id="not text"),
        pytest.param(b"a: b\n", ["--since", "yesterday"], id="no time"),
        pytest.param(b"a: b\n", ["--since", "7w"], id="no unit"),
        pytest.param(b"a: b\n", ["--since", "2026-13-01"], id="no month"),
    ],
)
def test_wrong_use_is_not_sent(
    gateway: FakeGateway, table: Path, content: bytes, options: list[str]
) -> None:
    """It leaves with 2."""
    table.write_bytes(content)
    result = run(gateway, "policies", "simulate", table, *options)

    assert (2, "") == (result.exit_code, result.stdout)
    assert [] == gateway.requests


@pytest.mark.parametrize(
    ("text", "ago"),
    [("7d", timedelta(days=7)), ("12h", timedelta(hours=12)), ("90m", timedelta(minutes=90))],
)
def test_a_moment_may_be_so_long_ago(text: str, ago: timedelta) -> None:
    """In days, hours or minutes."""
    before = datetime.now(UTC)
    moment = MOMENT.convert(text, None, click.Context(click.Command("test")))

    assert before - ago <= moment <= datetime.now(UTC) - ago


def test_every_reason_has_words() -> None:
    """Whatever a record cannot tell, people read why; programs read the name."""
    assert {*Untold, None} == set(WORDS)


def test_a_reason_of_tomorrow_is_shown(gateway: FakeGateway, table: Path) -> None:
    """An older client counts what it has no word for."""
    scene = pb.SceneSimulation(scene="door", untold=[pb.UntoldDecisions(decision_count=3)])
    scene.untold[0].reason = 99  # type: ignore[assignment]  # as a newer gateway may send
    gateway.answers["SimulatePolicy"] = pb.SimulatePolicyResponse(scenes=[scene])
    human = run(gateway, "policies", "simulate", table).stdout
    machine = json.loads(run(gateway, "policies", "simulate", table, "--json").stdout)

    assert "does not know" in human
    assert machine["scenes"][0]["untold"][0]["reason"] is None
