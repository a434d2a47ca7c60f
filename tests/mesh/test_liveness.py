"""Scenes that ask for a liveness score, in real processes."""

from pathlib import Path

import pytest

from gateway.config import BUILT_IN_POLICIES
from sureface.access.v1 import access_pb2
from sureface.type.v1.decision_pb2 import Rule, Verdict
from tests import livenesses
from tests.mesh.mesh import Mesh, image, mesh
from tests.photos import photo
from tests.processes import ROOT
from tests.records import kept

pytestmark = pytest.mark.timeout(600)  # real processes on a busy machine

ASKED = {"access_control": "0.2", "search_prefilter": "1.0"}
"""The model of the tests says at least 1/3, and never 1."""


def table(folder: Path, asked: dict[str, str]) -> Path:
    """The built-in table, where some scenes ask for a score."""
    text = BUILT_IN_POLICIES.read_text()
    for scene, least in asked.items():
        before, begin, rest = text.partition(f"{scene}:")
        text = before + begin + rest.replace("liveness: none", f"liveness: {least}", 1)
    file = folder / "policies.yaml"
    file.write_text(text)
    return file


async def verified(running: Mesh, scene: str) -> access_pb2.VerifyResponse:
    """Compare two photos of one person."""
    return await running.access.Verify(
        access_pb2.VerifyRequest(
            scene=scene,
            probe=image(photo("obama2")),
            photos=access_pb2.PhotoReference(photos=[image(photo("obama"))]),
        ),
        timeout=120,
    )


async def test_a_score_lets_pass_or_not(tmp_path: Path) -> None:
    """The detector scores the probe, the scene's line judges it, and both are on record."""
    folder = livenesses.among_ours(tmp_path / "models", ROOT / "models")
    async with mesh(
        tmp_path,
        detector={"MODELS": folder, "LIVENESS": livenesses.NAME},
        gateway={"POLICIES": table(tmp_path, ASKED)},
    ) as running:
        passes = await verified(running, "access_control")
        refused = await verified(running, "search_prefilter")

    assert (Verdict.VERDICT_MATCH, Rule.RULE_ACCEPT) == (
        passes.decision.verdict,
        passes.decision.rule,
    )
    assert (Verdict.VERDICT_REJECT, Rule.RULE_LIVENESS) == (
        refused.decision.verdict,
        refused.decision.rule,
    )
    score = passes.face.liveness_score
    assert 1 / 3 < score < 1
    assert [score, score] == [record["samples"][0]["liveness"] for record in kept(tmp_path)]


async def test_a_scene_that_asks_for_scores_that_nobody_has_lets_nobody_pass(
    tmp_path: Path,
) -> None:
    """The detector runs without a model; the table is taken, and says so with every decision."""
    policies = table(tmp_path, {"access_control": "0.2"})
    async with mesh(tmp_path, gateway={"POLICIES": policies}) as running:
        refused = await verified(running, "access_control")

    assert (Verdict.VERDICT_RECAPTURE, Rule.RULE_NO_LIVENESS) == (
        refused.decision.verdict,
        refused.decision.rule,
    )
    assert not refused.face.HasField("liveness_score")
