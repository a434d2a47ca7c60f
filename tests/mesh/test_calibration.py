"""A door with a `target_fpir`, in real processes: without a calibration, then with one."""

import asyncio
import shutil
from pathlib import Path

import pytest

from faces.calibration import Size
from gateway.config import BUILT_IN_POLICIES
from meshkit.calibration_file import parse
from sureface.access.v1 import access_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2 as pb
from tests.mesh.mesh import Mesh, image, mesh
from tests.photos import photo
from tests.records import kept

SHIPPED = Path("models/calibrations/sureface.toml")
CALIBRATION = parse(SHIPPED.read_bytes())
TABLE = BUILT_IN_POLICIES.read_text().replace("accept: 0.52", "target_fpir: 0.01")


async def identified(running: Mesh, name: str) -> pb.Decision:
    """What the door decides of a photo."""
    answer = await running.access.Identify(
        access_pb2.IdentifyRequest(
            scene="access_control", probe=image(photo(name)), collection_id="door"
        )
    )
    return answer.decision


async def searched(running: Mesh) -> pb.Candidate:
    """The first candidate of a search."""
    answer = await running.investigation.Search(
        investigation_pb2.SearchRequest(
            scene="search_prefilter",
            probe=image(photo("obama2")),
            collection_id="door",
            case_id="c-1",
            purpose="test",
            operator_id="o-1",
        )
    )
    return answer.candidates[0]


async def listed(running: Mesh) -> policy_pb2.ListPoliciesResponse:
    """The table and what is wrong with it."""
    return await running.policy.ListPolicies(policy_pb2.ListPoliciesRequest())


async def calibrated(running: Mesh) -> policy_pb2.ListPoliciesResponse:
    """The same once a calibration is loaded."""
    async with asyncio.timeout(60):
        while not (now := await listed(running)).calibrations:  # noqa: ASYNC110  # a file sets no event
            await asyncio.sleep(0.05)
    return now


@pytest.mark.timeout(400)
async def test_a_target_needs_a_calibration_and_takes_it_without_a_restart(tmp_path: Path) -> None:
    """Nobody is a match until there is one; then the line is that of the gallery's size."""
    folder, table = tmp_path / "calibrations", tmp_path / "policies.yaml"
    folder.mkdir()
    table.write_text(TABLE)
    variables = {"POLICIES": table, "CALIBRATIONS": folder, "POLICIES_LOOK_S": 0.1}
    async with mesh(tmp_path, gateway=variables) as running:
        await running.enrol("door", p1="obama")

        before, bare, warned = (
            await identified(running, "obama2"),
            await searched(running),
            await listed(running),
        )
        shutil.copy(SHIPPED, folder)
        now = await calibrated(running)
        after, weighed = await identified(running, "obama2"), await searched(running)
        stranger = await identified(running, "biden")

    assert (pb.VERDICT_REVIEW, pb.RULE_BELOW_ACCEPT) == (before.verdict, before.rule)
    assert "calibration_missing" in before.degradations
    assert ["no calibration is loaded"] == [
        text.split(", and ")[1].split(":")[0] for text in warned.warnings
    ]
    assert not bare.HasField("log_likelihood_ratio")

    assert ([], [CALIBRATION.version]) == (
        list(now.warnings),
        [c.version for c in now.calibrations],
    )
    assert (pb.VERDICT_MATCH, []) == (after.verdict, list(after.degradations))
    assert pb.VERDICT_NO_MATCH == stranger.verdict
    assert weighed.log_likelihood_ratio > 4
    record = next(r for r in kept(tmp_path) if r.get("decision_id") == after.decision_id)
    line = max(0.43, CALIBRATION.line(0.01, Size(persons=1, templates=1)))
    assert (line, 1, CALIBRATION.version) == (
        record["accept_line"]["similarity"],
        record["accept_line"]["persons"],
        record["accept_line"]["calibration"],
    )
