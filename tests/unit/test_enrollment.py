"""Enrolment: which photos become templates, and why the others do not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from faces.errors import ContractMismatch, QueueFull
from gateway.backends.ports import Batch, Crop, Detections
from gateway.codec.enrollment import encode_enrolled
from gateway.enhancing import Enhancing
from gateway.enrollment import Enrollment, Photo, Refusal
from gateway.pipeline import Pipeline
from sureface.gallery.v1 import gallery_pb2
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery


def photos(*words: str) -> list[Photo]:
    """One photo per description."""
    return [Photo(image=word.encode(), source_id="") for word in words]


async def refusals(gallery: FakeGallery, *words: str) -> list[Refusal | None]:
    """What refused each photo of alice-to-be."""
    enrollment = Enrollment(Pipeline(FakeDetector(), Enhancing(FakeEmbedder())), gallery)
    outcomes = await enrollment.judge(
        POLICY, photos(*words), collection_id="staff", person_id="alice"
    )
    return [outcome.refusal for outcome in outcomes]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(["alice good", "twin good"], [None, None], id="all agree"),
        pytest.param(
            ["alice good", "alice awful"], [None, Refusal.POLICY], id="a bad one is left out"
        ),
        pytest.param(
            ["alice good", "alice broken"], [None, Refusal.IMAGE], id="a broken file is left out"
        ),
        pytest.param(
            ["alice good", "bob good", "alice good"],
            [None, Refusal.OUTLIER, None],
            id="a stranger among them",
        ),
        pytest.param(["alice empty"], [Refusal.POLICY], id="nothing left"),
    ],
)
async def test_judges_each_photo(words: list[str], expected: list[Refusal | None]) -> None:
    """Photos are judged alone, then against one another."""
    assert expected == await refusals(FakeGallery(), *words)


async def test_refuses_strangers_for_a_known_person() -> None:
    """A photo must resemble the templates that a person has already."""
    assert [None] == await refusals(FakeGallery("alice"), "alice good")
    assert [Refusal.OUTLIER] == await refusals(FakeGallery("alice"), "bob good")


async def test_a_busy_mesh_is_an_error_not_a_refusal() -> None:
    """Only what is wrong with a picture is an outcome; the rest must be retried."""

    class Busy(FakeDetector):
        async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
            raise QueueFull(queue="decode", limit=1)

    enrollment = Enrollment(Pipeline(Busy(), Enhancing(FakeEmbedder())), FakeGallery())

    with pytest.raises(QueueFull):
        await enrollment.judge(POLICY, photos("alice"), collection_id="c", person_id="p")


async def test_refuses_to_mix_contracts() -> None:
    """During a roll-out of a model, two embedders' vectors never meet in one person."""

    class Rolling(FakeEmbedder):
        async def embed(self, crops: Sequence[Crop], *, expected_contract: str = "") -> Batch:
            batch = await super().embed(crops)
            return replace(batch, contract_id=f"arc4-{self.calls}")

    enrollment = Enrollment(Pipeline(FakeDetector(), Enhancing(Rolling())), FakeGallery())

    with pytest.raises(ContractMismatch):
        await enrollment.judge(POLICY, photos("alice", "alice"), collection_id="c", person_id="p")


def test_a_repeated_enrolment_of_someone_deleted_says_nothing_of_the_photos() -> None:
    """The gallery has forgotten what was said, and still answers with identifiers."""
    forgotten = gallery_pb2.AddTemplatesResponse(
        person=gallery_pb2.Person(person_id="alice", template_count=2), template_ids=["1", "2"]
    )

    response = encode_enrolled(forgotten)

    assert ("alice", []) == (response.person.person_id, list(response.outcomes))
