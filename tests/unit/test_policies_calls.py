"""A call that is under way when another table comes into force."""

import asyncio
from pathlib import Path

import pytest
from typing_extensions import override

from faces.policy import Verdict
from gateway.access import Access, Answer
from gateway.backends.ports import Detections
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.policies.history import History
from gateway.policies.in_force import InForce
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.policies import GOOD, V1, in_place
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery


class Slow(FakeDetector):
    """Looks at nothing before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.told = asyncio.Event()

    @override
    async def detect(self, image: bytes, *, limit: int, measures: bool = False) -> Detections:
        self.asked.set()
        await self.told.wait()
        return await super().detect(image, limit=limit, measures=measures)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        pytest.param("min_quality: 0.60", "min_quality: 0.95", Verdict.RECAPTURE, id="a gate"),
        pytest.param("accept: 0.52", "accept: 0.99", Verdict.REVIEW, id="the decision"),
    ],
)
async def test_a_call_is_judged_by_the_table_of_its_beginning(
    tmp_path: Path, before: str, after: str, verdict: Verdict
) -> None:
    """To its end, by every rule; the next call is judged by the next table."""
    in_place(tmp_path / "policies.yaml", GOOD)
    policies = await InForce.first(tmp_path / "policies.yaml", History(tmp_path))
    detector = Slow()
    with DecisionLog(tmp_path) as log:
        access = Access(
            recorder=Recorder(policies, log),
            pipeline=Pipeline(detector, Enhancing(FakeEmbedder())),
            gallery=FakeGallery("alice"),
            reviewing=nobody(),
        )

        async def ask() -> Answer:
            return await access.identify(
                "access_control", b"twin good", collection_id="staff", camera_id=""
            )

        asking = asyncio.create_task(ask())
        await detector.asked.wait()
        await policies.offer(GOOD.replace(before, after).encode())
        detector.told.set()
        decisions = [(await asking).decision, (await ask()).decision]

    assert [Verdict.MATCH, verdict] == [each.conclusion.verdict for each in decisions]
    assert [V1, policies.version] == [each.policy_version for each in decisions]
    assert [V1, policies.version] == [each["policy_version"] for each in kept(tmp_path)]


async def test_what_is_noted_names_the_table_that_judged(tmp_path: Path) -> None:
    """An enrolment that of its photos; what nobody judged, the one in force."""
    in_place(tmp_path / "policies.yaml", GOOD)
    policies = await InForce.first(tmp_path / "policies.yaml", History(tmp_path))
    with DecisionLog(tmp_path) as log:
        recorder = Recorder(policies, log)
        row = recorder.policy("access_control")
        await policies.offer(GOOD.replace("accept: 0.52", "accept: 0.6").encode())
        await recorder.note("enrollment", {}, policy=row)
        await recorder.note("erasure", {})

    assert [V1, policies.version] == [each["policy_version"] for each in kept(tmp_path)]
    assert policies.version != V1
