"""A mesh with an enhancer: what it answers, and what it does when the enhancer fails."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gateway.config import BUILT_IN_POLICIES
from meshkit.models.registry import find
from sureface.analysis.v1 import analysis_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.type.v1.face_pb2 import DerivedImage
from tests import enhancers
from tests.fakes import until
from tests.mesh.mesh import Mesh, enrollment, image, mesh
from tests.photos import degraded, photo
from tests.processes import ROOT, Process
from tests.records import kept

COMPARE = investigation_pb2.CompareRequest(
    scene="alarm_review",
    first=image(degraded("obama2")),
    second=image(photo("obama")),
    enhanced=True,
    first_camera_id="gate-7",
)


def models(folder: Path) -> Path:
    """Our models, a tiny enhancer, and a gate for the vectors that are served."""
    folder.mkdir()
    for file in (ROOT / "models").glob("*.onnx"):
        (folder / file.name).symlink_to(file)
    (folder / "models.toml").write_bytes((ROOT / "models" / "models.toml").read_bytes())
    served = find(folder, "sureface", task="embedder")
    enhancers.write_enhancer(folder)
    return enhancers.write_gate(folder, served.contract_id, dimension=served.dimension)


@contextlib.asynccontextmanager
async def enhancing(folder: Path, **gateway: object) -> AsyncIterator[Mesh]:
    """A mesh whose enhancer halves the light."""
    made = models(folder / "models")
    async with mesh(
        folder,
        embedder={"MODELS": made, "MODEL": "sureface", "FUSION": "tiny-gate"},
        enhancer={"MODELS": made, "MODEL": "tiny-enhancer"},
        gateway={"ENHANCER_LIMIT_S": 30, **gateway},
    ) as running:
        yield running


def calls(process: Process, method: str) -> int:
    """How many calls of a method a process has answered, by its log."""
    return sum(f"/{method}" in line for line in process.lines if '"message": "call"' in line)


def decisions(folder: Path) -> list[dict[str, Any]]:
    return kept(folder)


def marked(derived: DerivedImage) -> bool:
    """Whether a picture says what it is, in text and in pixels."""
    picture = Image.open(io.BytesIO(derived.png))
    assert (336, 336) == picture.size
    middle = np.asarray(picture)[155:180]
    white = np.mean(np.all(middle == 255, axis=-1))
    return "enhanced - not evidence" == picture.text["Comment"] and bool(white > 0.01)  # type: ignore[attr-defined]  # PNGs have it


async def test_a_bad_picture_is_enhanced_and_says_so(tmp_path: Path) -> None:
    """Both scores, the gate and the camera are on record; who asks sees what was compared."""
    async with enhancing(tmp_path) as running:
        answer = await running.investigation.Compare(COMPARE)
        plain = await running.investigation.Compare(
            investigation_pb2.CompareRequest(
                scene="alarm_review", first=COMPARE.first, second=COMPARE.second
            )
        )

    record, _ = decisions(tmp_path)
    made = record["samples"][0]["enhanced"]
    assert (True, []) == (answer.decision.enhanced, list(answer.decision.degradations))
    assert marked(answer.first.enhanced)
    assert ["denoise"] == list(answer.first.enhanced.operations)[:1]
    assert not answer.second.HasField("enhanced")
    assert not plain.first.HasField("enhanced")
    assert (True, "gate-7") == (made["used"], record["first_camera_id"])
    assert 0.25 < made["gate"] <= 0.75
    assert made["raw_quality"] < 0.6
    assert pytest.approx(answer.similarity, abs=1e-3) == record["candidates"][0]["similarity"]
    assert pytest.approx(answer.decision.raw_similarity, abs=1e-3) == record["raw_similarity"]
    assert answer.similarity != answer.decision.raw_similarity


async def test_ours_fit_together(tmp_path: Path) -> None:
    """Enhancer and gate that we ship take part in a decision, and the crop stays the same face."""
    async with mesh(
        tmp_path, embedder={"MODEL": "sureface", "FUSION": "fusion"}, enhancer={"MODEL": "enhancer"}
    ) as running:
        answer = await running.investigation.Compare(COMPARE)

    [record] = decisions(tmp_path)
    made = record["samples"][0]["enhanced"]
    assert (True, []) == (answer.decision.enhanced, list(answer.decision.degradations))
    assert (True, "denoise") == (made["used"], made["operations"][0])
    assert 0 < made["gate"] < 1
    assert made["raw_enhanced_similarity"] > 0.35
    assert answer.similarity != answer.decision.raw_similarity


async def test_extract_shows_people_what_an_enhancer_makes(tmp_path: Path) -> None:
    """On request, of any face; the vector is that of the raw crop, to the last bit."""
    async with enhancing(tmp_path) as running:
        asked, plain = [
            await running.analysis.Extract(
                analysis_pb2.ExtractRequest(image=image(photo("obama")), enhanced=enhanced)
            )
            for enhanced in (True, False)
        ]

    [face], [other] = asked.faces, plain.faces
    assert marked(face.enhanced)
    assert not other.HasField("enhanced")
    assert list(other.vector) == list(face.vector)
    assert [] == list(asked.degradations)


async def test_no_enhanced_crop_is_enrolled(tmp_path: Path) -> None:
    """In a scene that enhances probes, what is enrolled never meets the enhancer."""
    request = enrollment("staff", "p1", degraded("obama2"))
    request.scene = "alarm_review"
    table = tmp_path / "policies.yaml"
    doors, _, alarm = BUILT_IN_POLICIES.read_text().rpartition("min_quality: 0.35")
    table.write_text(f"{doors}min_quality: 0{alarm}")
    async with enhancing(tmp_path, POLICIES=table) as running:
        await running.enrol("staff")
        answer = await running.enrollment.EnrollPerson(request)
        enrolled = await running.enrollment.GetPerson(
            enrollment_pb2.GetPersonRequest(collection_id="staff", person_id="p1")
        )
        raw = await running.analysis.Extract(
            analysis_pb2.ExtractRequest(image=image(degraded("obama2")))
        )
        asked = calls(running.processes["enhancer"], "EnhanceCrops")

    assert [True] == [outcome.enrolled for outcome in answer.outcomes]
    assert answer.outcomes[0].quality.score < 0.6
    assert 0 == asked
    assert [pytest.approx(raw.faces[0].quality.score)] == [t.quality for t in enrolled.templates]


async def test_what_drifts_is_thrown_away(tmp_path: Path) -> None:
    """Where a scene allows no difference, the raw face is compared, and the decision says so."""
    table = tmp_path / "policies.yaml"
    table.write_text(
        BUILT_IN_POLICIES.read_text().replace(
            "alarm_review:", "alarm_review:\n  min_enhanced_similarity: 1.0\n#"
        )
    )
    async with enhancing(tmp_path, POLICIES=table) as running:
        answer = await running.investigation.Compare(COMPARE)

    [record] = decisions(tmp_path)
    made = record["samples"][0]["enhanced"]
    assert ["enhancement_drifted"] == list(answer.decision.degradations)
    assert (False, False) == (answer.decision.enhanced, made["used"])
    assert made["raw_enhanced_similarity"] < 1
    assert answer.HasField("similarity")


async def test_an_enhancer_that_dies_in_the_middle_of_a_call(tmp_path: Path) -> None:
    """Killed while the gateway waits for it: the raw answer comes, and says what is missing."""
    async with enhancing(tmp_path) as running:
        enhancer, embedder = running.processes["enhancer"], running.processes["embedder"]
        enhancer.stop()
        answering = asyncio.create_task(_answer(running))
        # Both raw crops are embedded: from here on, all that is waited for is the enhancer.
        await until(lambda: calls(embedder, "EmbedCrops") == 2)
        enhancer.kill()
        answer = await answering

    assert ["enhancer_unavailable"] == list(answer.decision.degradations)
    assert answer.HasField("similarity")
    assert not answer.first.HasField("enhanced")


async def test_an_enhancer_that_hangs(tmp_path: Path) -> None:
    """After its time the raw answer comes; the caller's own deadline is far away."""
    async with enhancing(tmp_path, ENHANCER_LIMIT_S=0.2) as running:
        running.processes["enhancer"].stop()
        answer = await _answer(running)
        extracted = await running.analysis.Extract(
            analysis_pb2.ExtractRequest(image=image(photo("obama")), enhanced=True)
        )

    assert ["enhancer_unavailable"] == list(answer.decision.degradations)
    assert ["enhancer_unavailable"] == list(extracted.degradations)
    assert 1 == len(extracted.faces)


async def test_an_embedder_that_cannot_fuse(tmp_path: Path) -> None:
    """An enhancer without a gate changes no vector, and every decision says so."""
    made = models(tmp_path / "models")
    async with mesh(
        tmp_path,
        enhancer={"MODELS": made, "MODEL": "tiny-enhancer"},
        gateway={"ENHANCER_LIMIT_S": 30},
    ) as running:
        answer = await running.investigation.Compare(COMPARE)

    assert ["fusion_unavailable"] == list(answer.decision.degradations)
    assert not answer.decision.enhanced


async def _answer(running: Mesh) -> investigation_pb2.CompareResponse:
    return await running.investigation.Compare(COMPARE, timeout=60)
