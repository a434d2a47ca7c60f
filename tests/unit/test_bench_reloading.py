"""Decisions taken while the table changes are held to the table that they name."""

import asyncio
import itertools
from pathlib import Path
from typing import Any

import pytest

from bench.scenes.reloading import Audit, Tally, audited, published, rows, tables
from gateway.access import Access
from gateway.enhancing import Enhancing
from gateway.pipeline import Pipeline
from gateway.policies.history import History
from gateway.policies.in_force import InForce
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from tests.policies import V1, in_place
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery

TEXTS = list(itertools.islice(tables(), 12))


async def asked(folder: Path) -> list[dict[str, Any]]:
    """What is on record after two callers asked while tables came into force, or did not."""
    in_place(folder / "policies.yaml", TEXTS[0])
    policies = await InForce.first(folder / "policies.yaml", History(folder))
    over = asyncio.Event()
    with DecisionLog(folder, sync=lambda _: None) as log:
        access = Access(
            recorder=Recorder(policies, log),
            pipeline=Pipeline(FakeDetector(), Enhancing(FakeEmbedder())),
            gallery=FakeGallery("alice"),
            reviewing=nobody(),
        )

        async def ask() -> None:
            while True:
                last = over.is_set()
                await access.identify(
                    "access_control", b"alice good", collection_id="staff", camera_id=""
                )
                if last:
                    return

        async def offer() -> None:
            for text in TEXTS[1:]:
                await policies.offer(text.encode())
            over.set()

        await asyncio.gather(ask(), ask(), offer())
    return kept(folder)


async def test_every_decision_is_that_of_the_table_it_names(tmp_path: Path) -> None:
    """Whatever comes into force meanwhile, and whatever is rejected."""
    records = await asked(tmp_path)

    found = audited(records, published(TEXTS), {})
    assert (len(records), 0, 0) == (found.decisions, found.unpublished, found.disagreeing)
    assert found.versions > {V1}
    assert {"match", "recapture"} == {each["verdict"] for each in records}


@pytest.mark.parametrize(
    ("change", "told", "unpublished", "disagreeing"),
    [
        pytest.param({"policy_version": "never"}, {}, 1, 0, id="a table that never was"),
        pytest.param({"verdict": "no_match"}, {}, 0, 1, id="a verdict of another table"),
        pytest.param({"decision_id": "d"}, {"d": "another"}, 0, 1, id="told with another table"),
    ],
)
async def test_what_disagrees_is_counted(
    tmp_path: Path, change: dict[str, str], told: dict[str, str], unpublished: int, disagreeing: int
) -> None:
    """Each of them misses the goal."""
    first = (await asked(tmp_path))[0]

    found = audited([{**first, **change}], published(TEXTS), told)
    assert (1, unpublished, disagreeing) == (
        *(found.decisions, found.unpublished),
        found.disagreeing,
    )


def test_failed_calls_and_wrong_tables_are_counted() -> None:
    """And answers that nobody can find on record."""
    tally = Tally(offered=TEXTS, told={"d-1": V1})
    tally.failed["ERROR_REASON_SCENE_UNKNOWN"] += 2

    reached = [row.reached for row in rows(tally, Audit())]
    assert [2, 1, 0, 0, 0, 0, 3] == reached
