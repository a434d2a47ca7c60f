"""Decisions in which an enhancer had a part: what is compared, and what is kept of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from faces.decision import Candidate
from faces.errors import ServiceUnavailable
from faces.policy import PolicyTable
from gateway.access import Access
from gateway.backends.ports import Vector
from gateway.codec.decisions import encode_decision
from gateway.enhancing import Enhancing
from gateway.investigation import Case, Investigation
from gateway.pipeline import Pipeline
from gateway.records.decision import Decision
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeEnhancer, FakeGallery

TABLE = PolicyTable([replace(POLICY, enhance_below=0.6, min_quality=0.3, margin=0)])
CASE = Case(case_id="c-1", purpose="test", operator_id="o-1")

BAD = b"alice poor"
FUSED = 0.9874
"""Of alice and of alice fused with her twin, who is 0.95 like her."""


@dataclass(frozen=True)
class Desk:
    """Everything that decides."""

    access: Access
    investigation: Investigation


@asynccontextmanager
async def desk(
    folder: Path, *, draws: str = "twin", gallery: FakeGallery | None = None
) -> AsyncIterator[Desk]:
    """Decide with an enhancer that draws somebody."""
    enhancing = Enhancing(FakeEmbedder(), FakeEnhancer(draws=draws))
    with DecisionLog(folder) as log:
        parts: dict[str, Any] = {
            "recorder": Recorder(TABLE, log),
            "pipeline": Pipeline(FakeDetector(), enhancing),
            "gallery": gallery or FakeGallery("alice"),
            "reviewing": nobody(),
        }
        yield Desk(Access(**parts), Investigation(**parts))


def records(folder: Path) -> list[dict[str, Any]]:
    """The log."""
    return kept(folder)


async def identify(desk: Desk) -> Decision:
    answer = await desk.access.identify("door", BAD, collection_id="staff", camera_id="gate-7")
    return answer.decision


async def verify(desk: Desk) -> Decision:
    answer = await desk.access.verify_person(
        "door", BAD, collection_id="staff", person_id="alice", camera_id="gate-7"
    )
    return answer.decision


async def verify_photos(desk: Desk) -> Decision:
    photos = [b"bob good", b"alice good"]
    answer = await desk.access.verify_photos("door", BAD, photos=photos, camera_id="gate-7")
    return answer.decision


async def search(desk: Desk) -> Decision:
    found = await desk.investigation.search(
        "door", BAD, collection_id="staff", case=CASE, limit=3, camera_id="gate-7"
    )
    return found.decision


async def compare(desk: Desk) -> Decision:
    compared = await desk.investigation.compare(
        "door", BAD, b"alice good", camera_ids=("gate-7", "")
    )
    return compared.decision


EVERY_CALL = pytest.mark.parametrize(
    "call", [identify, verify, verify_photos, search, compare], ids=lambda call: call.__name__
)
Call = Callable[[Desk], Awaitable[Decision]]


@EVERY_CALL
async def test_both_scores_are_kept(tmp_path: Path, call: Call) -> None:
    """The fused similarity decides; beside it stands what the camera's own pixels give."""
    async with desk(tmp_path) as open_desk:
        decision = await call(open_desk)

    [record] = records(tmp_path)
    [candidate] = record["candidates"]
    assert (FUSED, 1.0) == (round(candidate["similarity"], 4), record["raw_similarity"])
    assert record["enhanced"]
    message = encode_decision(decision)
    assert message.enhanced
    assert pytest.approx(1.0) == message.raw_similarity


@EVERY_CALL
async def test_a_derived_picture_is_marked(tmp_path: Path, call: Call) -> None:
    """The record tells what was done to which sample, for which camera, and by how much."""
    async with desk(tmp_path) as open_desk:
        await call(open_desk)

    [record] = records(tmp_path)
    assert "gate-7" in {record.get("camera_id"), record.get("first_camera_id")}
    assert {
        "derived": True,
        "used": True,
        "operations": ["denoise"],
        "noise_sigma": 12.5,
        "raw_quality": 0.35,
        "raw_magnitude": 3.0,
        "raw_occlusion": None,
        "raw_covered": [],
        "enhanced_quality": 0.9,
        "gate": 0.5,
        "raw_enhanced_similarity": pytest.approx(0.95),
        "raw_fused_similarity": FUSED,
    } == record["samples"][0]["enhanced"]
    assert all("enhanced" not in sample for sample in record["samples"][1:])


@EVERY_CALL
async def test_what_drifted_has_no_part(tmp_path: Path, call: Call) -> None:
    """The raw sample is compared; the record shows what was thrown away, and why."""
    async with desk(tmp_path, draws="bob") as open_desk:
        decision = await call(open_desk)

    [record] = records(tmp_path)
    made = record["samples"][0]["enhanced"]
    assert ["enhancement_drifted"] == record["degradations"]
    assert (False, 0.0) == (made["used"], made["raw_enhanced_similarity"])
    assert (1.0, None, False) == (
        record["candidates"][0]["similarity"],
        record["raw_similarity"],
        record["enhanced"],
    )
    assert not encode_decision(decision).HasField("raw_similarity")


async def test_nothing_is_said_of_enhancement_where_there_was_none(tmp_path: Path) -> None:
    """A good probe has no raw score beside its own."""
    async with desk(tmp_path) as open_desk:
        await open_desk.access.identify("door", b"alice good", collection_id="staff", camera_id="")

    [record] = records(tmp_path)
    assert (False, None) == (record["enhanced"], record["raw_similarity"])
    assert "enhanced" not in record["samples"][0]


async def test_a_raw_score_that_cannot_be_had_costs_nothing(tmp_path: Path) -> None:
    """The second number is for the record: the decision stands without it."""

    class Away(FakeGallery):
        @override
        async def score(
            self, collection_id: str, person_id: str, vector: Vector, *, contract_id: str
        ) -> Candidate | None:
            raise ServiceUnavailable(service="gallery")

    async with desk(tmp_path, gallery=Away("alice")) as open_desk:
        decision = await identify(open_desk)

    assert ("match", None) == (decision.conclusion.verdict.value, decision.raw_similarity)


async def test_references_are_not_enhanced(tmp_path: Path) -> None:
    """Photos that say who is meant stand for templates: they are what a camera saw."""
    async with desk(tmp_path) as open_desk:
        await open_desk.access.verify_photos(
            "door", b"alice good", photos=[b"alice poor"], camera_id=""
        )

    [record] = records(tmp_path)
    assert ["not_needed", "not_needed"] == [s["enhancement"] for s in record["samples"]]
