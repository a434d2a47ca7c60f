"""Photos that say who is meant."""

from pathlib import Path

import pytest
from typing_extensions import override

from faces.errors import ContractMismatch, ReferenceUnusable
from faces.policy import PolicyTable, Verdict
from gateway.access import Access, Answer
from gateway.backends.ports import Batch
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.records import kept
from tests.reviewing import nobody
from tests.stage import Shown, Stage
from tests.unit.door import POLICY
from tests.unit.sights import at, vector

ALICE = Shown(vector(0), at(0))
GHOST = Shown(vector(40), at(300, side=40), inter_eye_px=15, quality=0.3)
"""Her second, fainter image on a document."""

BOB = Shown(vector(90), at(500))


async def verify(stage: Stage, log: DecisionLog, *photos: bytes) -> Answer:
    """Alice, before a door, with photos."""
    access = Access(
        recorder=Recorder(PolicyTable([POLICY]), log),
        pipeline=Pipeline(stage, Enhancing(stage)),
        gallery=stage,
        reviewing=nobody(),
    )
    probe = stage.picture(ALICE)
    return await access.verify_photos("door", probe, photos=photos, camera_id="")


async def test_each_photo_has_its_similarity(
    stage: Stage, log: DecisionLog, tmp_path: Path
) -> None:
    """The most similar one counts; the answer and the log say what each one came to."""
    looks = [Shown(vector(angle)) for angle in (90, 10, 60)]

    answer = await verify(stage, log, *map(stage.picture, looks))

    assert Verdict.MATCH is answer.decision.conclusion.verdict
    assert [0, 0.985, 0.5] == [pytest.approx(each, abs=1e-3) for each in answer.photo_similarities]
    assert pytest.approx(0.985, abs=1e-3) == answer.candidates[0].similarity
    [record] = kept(tmp_path)
    noted = [float(each) for each in record["reference_similarities"].split()]
    assert list(answer.photo_similarities) == pytest.approx(noted, abs=1e-4)
    assert "3" == record["reference_photos"]


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([ALICE, GHOST], id="portrait first"),
        pytest.param([GHOST, ALICE], id="the faint one is more prominent"),
    ],
)
async def test_a_document_shows_its_holder_twice(
    stage: Stage, log: DecisionLog, order: list[Shown]
) -> None:
    """The largest face counts; that the other one would pass no gate does not matter."""
    answer = await verify(stage, log, stage.picture(*order))

    assert [1.0] == pytest.approx(list(answer.photo_similarities))


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param([ALICE, BOB], id="two people"),
        pytest.param([ALICE, GHOST, BOB], id="somebody beside a document"),
        pytest.param([ALICE, Shown(vector(80), at(300), inter_eye_px=15)], id="a faint stranger"),
        pytest.param([ALICE] * 5, id="more faces than are looked at"),
    ],
)
async def test_a_photo_of_several_people_says_nobody(
    stage: Stage, log: DecisionLog, shown: list[Shown]
) -> None:
    """However small the others are."""
    with pytest.raises(ReferenceUnusable) as raised:
        await verify(stage, log, stage.picture(ALICE), stage.picture(*shown))

    assert {"index": "1", "rule": "max_faces"} == raised.value.metadata


async def test_a_document_must_pass_the_gates(stage: Stage, log: DecisionLog) -> None:
    """Its portrait is judged like any reference."""
    blurred = Shown(vector(0), quality=0.3)

    with pytest.raises(ReferenceUnusable) as raised:
        await verify(stage, log, stage.picture(blurred, GHOST))

    assert {"index": "0", "rule": "min_quality"} == raised.value.metadata


class Rolling(Stage):
    """Embedders of two models answer in turns."""

    @override
    async def embed(self, *args: object, **more: object) -> Batch:
        self.contract_id = "staged-2" if self.contract_id == "staged-1" else "staged-1"
        return await super().embed(*args, **more)  # type: ignore[arg-type]  # as they came


async def test_vectors_of_two_models_are_never_compared(log: DecisionLog) -> None:
    """Not even while one takes the other's place."""
    stage = Rolling()

    with pytest.raises(ContractMismatch):
        await verify(stage, log, stage.picture(ALICE))
