"""Numbers of scenes are counted, not wished for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bench.goal import Mark, mark
from bench.scenes.__main__ import rows
from bench.scenes.cameras import Played, Seen, note
from bench.scenes.memory import Held
from bench.scenes.recording import Visit
from client.types import Decision, StreamUpdate
from faces.policy import Verdict
from faces.rules import Rule

VISIT = Visit("p-1", known=True, frames=(b"jpeg",))
DECISION = Decision(
    decision_id="d-1",
    verdict=Verdict.MATCH,
    rule=Rule.ACCEPT,
    reason="",
    advices=(),
    scene="s",
    policy_version="v",
    contract_id="c",
    degradations=(),
    decide_time=datetime(2026, 1, 1, tzinfo=UTC),
    enhanced=False,
    raw_similarity=None,
    needed_reviewer_count=0,
    review_id="",
)
TOLD = StreamUpdate(
    track_id="#1",
    decision=DECISION,
    candidate=None,
    face=None,
    quality=None,
    offset_ms=0,
    dropped_frame_count=0,
    lost_frame_count=0,
    lost_reason="",
)


def played(*offsets_ms: int) -> Played:
    """Two visits, at 0 and 5 seconds, and verdicts at these times."""
    camera = Played(frames=46, seen=[Seen(VISIT, 0, 0.0), Seen(VISIT, 5000, 0.0)])
    for offset_ms in offsets_ms:
        note(camera, replace(TOLD, offset_ms=offset_ms))
    return camera


HELD = Held({"gateway": [10, 20, 20, 20, 30]})


def reached(camera: Played, part: str) -> tuple[float, Mark]:
    """The one row whose metric has this part."""
    [row] = [row for row in rows([camera], HELD) if part in row.metric]
    return row.reached, mark(row.goal, row.reached)


def test_a_verdict_belongs_to_the_visit_before_the_camera() -> None:
    """By the time at which its face was seen."""
    assert [1, 2] == [len(seen.verdicts) for seen in played(200, 5200, 5400).seen]


@pytest.mark.parametrize(
    ("offsets", "doubles"),
    [pytest.param([0, 5000], (0, Mark.MET), id="once each"),
     pytest.param([0, 5000, 5400], (1, Mark.MISSED), id="one twice")],
)  # fmt: skip
def test_double_verdicts_miss_their_goal(offsets: list[int], doubles: tuple[int, Mark]) -> None:
    """One is too many."""
    assert doubles == reached(played(*offsets), "several verdicts")


def test_advice_is_no_verdict() -> None:
    """However often it is given."""
    camera = played()
    advice = replace(DECISION, verdict=Verdict.RECAPTURE)
    note(camera, replace(TOLD, decision=advice, dropped_frame_count=23))

    assert 0 == reached(camera, "with a verdict")[0]
    assert 50.0 == reached(camera, "frames dropped")[0]


def test_memory_that_grows_misses_its_goal() -> None:
    """The end of a run is compared with what it was once it was warm."""
    found = rows([played(), played()], HELD)
    [row] = [row for row in found if "growth" in row.metric]

    assert (1.5, Mark.MISSED) == (row.reached, mark(row.goal, row.reached))
