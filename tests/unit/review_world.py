"""A house on fakes in which people judge hits, with real files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from faces.policy import PolicyTable
from gateway.access import Access
from gateway.enhancing import Enhancing
from gateway.enrolled import Enrolled
from gateway.investigation import Case, Investigation
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.reviewing import Desk, desk
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeEnhancer, FakeGallery

TABLE = PolicyTable(
    [replace(POLICY, scene="watch", reviewers=2, margin=0, enhance_below=0.6, min_quality=0.2)]
)
CASE = Case(case_id="c-1", purpose="test", operator_id="olga")
PROBE = b"alice poor"


@dataclass(frozen=True)
class House:
    """Everything that decides, and where people judge."""

    access: Access
    investigation: Investigation
    people: Desk
    recorder: Recorder

    async def search(self) -> str:
        """A hit of olga's: its review item."""
        found = await self.investigation.search(
            "watch", PROBE, collection_id="people", case=CASE, limit=2, camera_id=""
        )
        return found.decision.review_id


@asynccontextmanager
async def house(folder: Path, enrolled: Enrolled | None = None) -> AsyncIterator[House]:
    """On real files and fakes; `enrolled` knows who was deleted while they were searched."""
    with DecisionLog(folder) as log:
        recorder = Recorder(TABLE, log)
        async with desk(folder, recorder, enrolled=enrolled) as people:
            parts: dict[str, Any] = {
                "recorder": recorder,
                "pipeline": Pipeline(
                    FakeDetector(), Enhancing(FakeEmbedder(), FakeEnhancer(draws="alice"))
                ),
                "gallery": FakeGallery("alice", "bob", "twin"),
                "reviewing": people.reviewing,
            }
            yield House(Access(**parts), Investigation(**parts), people, recorder)
