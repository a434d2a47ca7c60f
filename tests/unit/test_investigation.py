"""Investigations: rank lists, comparisons, and hits that become review items."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from faces.policy import PolicyTable, Verdict
from faces.review import ReviewState
from faces.rules import Rule
from gateway.enhancing import Enhancing
from gateway.investigation import Case, Investigation
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews
from tests import reviewing
from tests.records import kept
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery

TABLE = PolicyTable(
    [replace(POLICY, scene="search", reviewers=2, on_low_quality=Verdict.REJECT, margin=0)]
)
CASE = Case(case_id="c-1", purpose="test", operator_id="o-1")


@asynccontextmanager
async def desk(folder: Path, *enrolled: str) -> AsyncIterator[tuple[Investigation, Reviews]]:
    """An investigator's desk on fakes."""
    with DecisionLog(folder) as log:
        recorder = Recorder(TABLE, log)
        async with reviewing.desk(folder, recorder) as people:
            yield (
                Investigation(
                    recorder=recorder,
                    pipeline=Pipeline(FakeDetector(), Enhancing(FakeEmbedder())),
                    gallery=FakeGallery(*enrolled),
                    reviewing=people.reviewing,
                ),
                people.reviews,
            )


async def test_a_hit_is_never_more_than_a_review(tmp_path: Path) -> None:
    """However similar, a scene with reviewers answers REVIEW and opens an item."""
    async with desk(tmp_path, "alice", "bob", "twin") as (investigation, reviews):
        found = await investigation.search(
            "search", b"alice good", collection_id="people", case=CASE, limit=2, camera_id=""
        )
        [item] = (
            await reviews.list(case_id="c-1", camera_id="", state=None, after="", size=10)
        ).items

    assert (Verdict.REVIEW, Rule.REVIEWERS) == (
        found.decision.conclusion.verdict,
        found.decision.conclusion.rule,
    )
    assert ["alice", "twin"] == [candidate.person_id for candidate in found.candidates]
    assert (found.decision.review_id, ReviewState.OPEN, 2) == (
        item.review_id,
        item.state,
        item.needed,
    )
    [record] = kept(tmp_path)
    assert (item.review_id, 2) == (record["review_id"], record["needed_reviewers"])


@pytest.mark.parametrize(
    ("probe", "verdict", "candidates"),
    [
        pytest.param("alice awful", Verdict.REJECT, 0, id="a bad probe finds nobody"),
        pytest.param("bob good", Verdict.NO_MATCH, 1, id="a stranger is ranked, not reviewed"),
    ],
)
async def test_nothing_to_review(
    tmp_path: Path, probe: str, verdict: Verdict, candidates: int
) -> None:
    """Without a hit there is no review item; without quality there is no rank list."""
    async with desk(tmp_path, "alice") as (investigation, reviews):
        found = await investigation.search(
            "search", probe.encode(), collection_id="people", case=CASE, limit=5, camera_id=""
        )
        page = await reviews.list(case_id="", camera_id="", state=None, after="", size=10)

    assert (verdict, candidates, "") == (
        found.decision.conclusion.verdict,
        len(found.candidates),
        found.decision.review_id,
    )
    assert [] == list(page.items)


@pytest.mark.parametrize(
    ("second", "verdict", "similarity"),
    [
        pytest.param("alice good", Verdict.REVIEW, 1.0, id="same person"),
        pytest.param("bob good", Verdict.NO_MATCH, 0.0, id="different persons"),
        pytest.param("alice awful", Verdict.REJECT, 1.0, id="bad, but shown"),
        pytest.param("alice empty", Verdict.REJECT, None, id="no face, no score"),
    ],
)
async def test_compare(
    tmp_path: Path, second: str, verdict: Verdict, similarity: float | None
) -> None:
    """The similarity is told whenever both pictures show a face; the verdict obeys gates."""
    async with desk(tmp_path) as (investigation, _):
        compared = await investigation.compare("search", b"alice good", second.encode())

    assert verdict is compared.decision.conclusion.verdict
    assert similarity == compared.similarity
