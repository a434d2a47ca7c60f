"""What a gateway tells of its policy tables: what is wrong, what was, what another would change."""

from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from client import AsyncSureface
from faces.errors import FaceError, FieldInvalid, FieldMissing
from faces.policy import Verdict
from faces.replay import Untold
from faces.rules import Rule
from gateway.app import open_app
from gateway.config import Config
from meshkit.policy_file import MAX_BYTES
from meshkit.status import raising
from sureface.policy.v1 import policy_pb2
from sureface.policy.v1.policy_pb2_grpc import PolicyServiceStub
from tests.backends import DARK, HERE, backends, picture
from tests.gateways import gateway, until_table, until_version
from tests.policies import GOOD, OTHER, V1, V2, WRONG, by_rename

PICTURE = picture(DARK).data
"""Too much of its face is covered."""


async def test_a_rejected_file_is_said_and_harms_nobody(tmp_path: Path, policy_file: Path) -> None:
    """Health stays SERVING; the table's detail, a metric and one line of the log tell why."""
    nobody = dict.fromkeys(("detector", "embedder", "gallery"), "127.0.0.1:9")
    async with gateway(tmp_path, policy_file, nobody) as (process, mesh):
        by_rename(policy_file, WRONG)
        rejected = await until_table(mesh, lambda table: table.rejection)
        stub: Any = HealthStub(mesh._channel)
        health = await stub.Check(HealthCheckRequest())
        rows = [row.policy_version async for row in mesh.list_policies()]
        by_rename(policy_file, OTHER)
        await until_version(mesh, V2)
        put_right = await mesh.get_policy_table()

    assert HealthCheckResponse.SERVING == health.status
    assert (V1, GOOD, {V1}) == (rejected.policy_version, rejected.text, set(rows))
    assert rejected.rejection is not None
    assert "review 0.43 is above accept 0.3" in rejected.rejection.reason
    assert str(tmp_path) not in rejected.rejection.reason
    assert put_right.rejection is None
    [line] = [line for line in process.lines if "was rejected" in line]
    assert '"level": "error"' in line
    assert V1 in line


@pytest.mark.parametrize(
    ("call", "arguments", "error"),
    [
        pytest.param(
            "get_policy_table",
            {"policy_version": V2},
            FieldInvalid(field="policy_version", rule="was never in force here"),
            id="a version that never was",
        ),
        pytest.param("simulate_policy", {"text": " "}, FieldMissing(field="text"), id="no table"),
        pytest.param(
            "simulate_policy",
            {"text": "#" * (MAX_BYTES + 1)},
            FieldInvalid(field="text", rule=f"must have at most {MAX_BYTES} characters"),
            id="too long a table",
        ),
        pytest.param(
            "simulate_policy",
            {"text": "door: ["},
            FieldInvalid(
                field="text",
                rule="is no policy table: it is not YAML: line 1: "
                "expected the node content, but found '<stream end>'",
            ),
            id="no YAML",
        ),
    ],
)
async def test_refuses(
    tmp_path: Path, call: str, arguments: dict[str, str], error: FaceError
) -> None:
    """One line says what is wrong with a request."""
    async with (
        open_app(Config(**HERE, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        AsyncSureface(f"127.0.0.1:{port}") as mesh,
    ):
        with pytest.raises(type(error)) as failure:
            await getattr(mesh, call)(**arguments)

    assert str(error) == str(failure.value)


async def test_refuses_times_that_are_none(tmp_path: Path) -> None:
    """Which only a foreign client can send."""
    stamp = Timestamp(seconds=2**62)
    request = policy_pb2.SimulatePolicyRequest(text=GOOD, end_time=stamp)
    async with (
        open_app(Config(**HERE, data=tmp_path)) as port,  # type: ignore[arg-type]  # checked by Config
        grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        with pytest.raises(FieldInvalid, match="end_time must be a time"), raising("gateway"):
            await PolicyServiceStub(channel).SimulatePolicy(request)


async def test_the_past_is_tried_under_a_proposed_table(tmp_path: Path, policy_file: Path) -> None:
    """Counts, and decisions by their ids; a proposal that makes no sense is refused whole."""
    stricter = GOOD.replace("on_low_quality: recapture", "on_low_quality: review")
    looser = GOOD.replace("min_quality: 0.60", "min_quality: 0").replace("0.25", "1")
    gone = "search_prefilter" + GOOD.partition("search_prefilter")[2]
    async with (
        backends(tmp_path) as addresses,
        gateway(tmp_path, policy_file, addresses) as (_, mesh),
    ):
        before = [
            (await mesh.identify(scene="access_control", probe=PICTURE, collection_id="staff"))
            for _ in range(3)
        ]
        ids = tuple(answer.decision.decision_id for answer in before)
        same, stricter_, looser_, gone_ = [
            await mesh.simulate_policy(text=text) for text in (GOOD, stricter, looser, gone)
        ]
        late = await mesh.simulate_policy(text=GOOD, end_time=before[0].decision.decide_time)
        elsewhere = await mesh.simulate_policy(text=GOOD, scene="alarm_review")
        with pytest.raises(
            FieldInvalid, match=r"text is no policy table: .* review 0\.43 is above"
        ):
            await mesh.simulate_policy(text=WRONG)

    [scene] = same.scenes
    assert (V1, 3, 3) == (same.policy_version, scene.decision_count, scene.unchanged_count)
    [[change]] = [scene.changes for scene in stricter_.scenes]
    assert (Verdict.RECAPTURE, Verdict.REVIEW) == (change.old_verdict, change.new_verdict)
    assert (Rule.MAX_OCCLUSION, Rule.MAX_OCCLUSION) == (change.old_rule, change.new_rule)
    assert (3, ids) == (change.decision_count, change.decision_ids)
    reasons = [[u.reason for u in answer.scenes[0].untold] for answer in (looser_, gone_)]
    assert [[Untold.NOT_COMPARED], [Untold.SCENE_REMOVED]] == reasons
    assert () == late.scenes == elsewhere.scenes
