"""Scenes with a `target_fpir`: which line they come to, what is kept of it, what is said of it."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from faces.calibration import Size, Trouble
from faces.decision import Candidate
from faces.errors import CollectionNotFound, FaceError
from faces.policy import PolicyTable, Verdict
from faces.rules import Rule
from faces.simulation import Simulation
from gateway.access import Access
from gateway.calibrations.counting import FRESH_S, Counting
from gateway.calibrations.lines import Lines, weighed
from gateway.calibrations.loaded import Loaded
from gateway.calibrations.warnings import warnings
from gateway.enhancing import Enhancing
from gateway.explain import Scores, explain
from gateway.pipeline import Pipeline
from gateway.records.log import DecisionLog
from gateway.records.past import past
from gateway.records.recorder import Recorder
from tests.calibrations import CONTRACT, calibration
from tests.records import kept
from tests.reviewing import nobody
from tests.unit.door import POLICY
from tests.unit.gateway_fakes import FakeDetector, FakeEmbedder, FakeGallery

TARGET = replace(POLICY, accept=math.inf, target_fpir=0.02)
CALIBRATED = {CONTRACT: calibration()}
HUNDRED = Size(persons=100, templates=100)


class FakeCensus:
    """Says how many are enrolled, or fails as told; counts how often it was asked."""

    def __init__(self, size: Size = HUNDRED, failure: FaceError | None = None) -> None:
        self.answer = size
        self.failure = failure
        self.asked = 0

    async def size(self, collection_id: str) -> Size:
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.answer


def lines(
    size: Size = HUNDRED, failure: FaceError | None = None, *, calibrated: bool = True
) -> Lines:
    """Of one calibration, or none, and a gallery of that size, or one that does not tell."""
    loaded = Loaded(CALIBRATED if calibrated else {})
    return Lines(loaded, Counting(FakeCensus(size, failure)))


def door(log: DecisionLog, of: Lines, *enrolled: str) -> Access:
    """A door on fakes, with that target."""
    return Access(
        recorder=Recorder(PolicyTable([TARGET]), log, of),
        pipeline=Pipeline(FakeDetector(), Enhancing(FakeEmbedder())),
        gallery=FakeGallery(*enrolled),
        reviewing=nobody(),
    )


AWAY = CollectionNotFound(collection_id="staff")
LATELY = "has seen too little for 1,000,000,000 people, so hits are for people to look at"
ENDLESS = Size(persons=10**9, templates=10**9)


@pytest.mark.parametrize(
    ("of", "verdict", "trouble"),
    [
        pytest.param(lines(), Verdict.MATCH, None, id="supported"),
        pytest.param(
            lines(calibrated=False), Verdict.REVIEW, Trouble.NOT_CALIBRATED, id="no calibration"
        ),
        pytest.param(lines(failure=AWAY), Verdict.REVIEW, Trouble.NOT_COUNTED, id="not counted"),
        pytest.param(lines(ENDLESS), Verdict.REVIEW, Trouble.UNSUPPORTED, id="too large"),
    ],
)
async def test_nobody_matches_silently(
    log: DecisionLog, tmp_path: Path, of: Lines, verdict: Verdict, trouble: Trouble | None
) -> None:
    """Where a target comes to no line, people look, and the decision says why."""
    answer = await door(log, of, "alice").identify(
        "door", b"alice good", collection_id="staff", camera_id=""
    )

    expected = [trouble.value] if trouble else []
    assert verdict is answer.decision.conclusion.verdict
    assert expected == answer.decision.degradations
    [record] = kept(tmp_path)
    assert (trouble.value if trouble else None) == record["accept_line"]["trouble"]


async def test_a_record_says_which_line_and_from_what(log: DecisionLog, tmp_path: Path) -> None:
    """So that anybody can draw it again: target, size and version of the calibration."""
    await door(log, lines(), "alice").identify(
        "door", b"alice good", collection_id="staff", camera_id=""
    )

    [record] = kept(tmp_path)
    line = record["accept_line"]
    again = max(POLICY.review, calibration().line(0.02, HUNDRED))
    assert again == line["similarity"]
    assert (0.02, 100, 100) == (line["target_fpir"], line["persons"], line["templates"])
    assert calibration().version == line["calibration"]
    assert line["low_fpir"] < line["expected_fpir"] < line["high_fpir"]


async def test_a_scene_with_its_own_line_is_counted_too(log: DecisionLog, tmp_path: Path) -> None:
    """So that a target can be tried on its decisions before anybody relies on it."""
    access = door(log, lines(), "alice")
    access._recorder = Recorder(PolicyTable([POLICY]), log, lines())
    await access.identify("door", b"alice good", collection_id="staff", camera_id="")

    [record] = kept(tmp_path)
    assert {"similarity": 0.5, "persons": 100, "templates": 100} == record["accept_line"]
    assert [] == record["degradations"]


async def test_a_larger_gallery_has_a_higher_line() -> None:
    """And a claim of one person a lower one than a search of all: never below `review`."""
    few, many = lines(), lines(Size(persons=400, templates=400))

    one = await few.claimed(TARGET, CONTRACT, "staff")
    some = await few.among(TARGET, CONTRACT, "staff")
    more = await many.among(TARGET, CONTRACT, "staff")

    assert TARGET.review <= one.similarity < some.similarity < more.similarity
    floor = await few.among(replace(TARGET, review=0.99), CONTRACT, "staff")
    assert 0.99 == floor.similarity


async def test_a_line_that_few_comparisons_support_says_so() -> None:
    """Between 1 and 30 comparisons on the line it counts, and is a degradation."""
    fitted = calibration()
    persons = next(n for n in range(100, 10**7, 100) if fitted.seen(fitted.line(0.02, _of(n))) < 30)

    line = await lines(_of(persons)).among(TARGET, CONTRACT, "staff")

    assert Trouble.EXTRAPOLATED is line.trouble
    assert math.isfinite(line.similarity)


def _of(persons: int) -> Size:
    return Size(persons=persons, templates=persons)


async def test_a_gallery_is_counted_once_a_second() -> None:
    """However many are compared meanwhile; what it said last counts while it is away."""
    census, now = FakeCensus(), [100.0]
    counting = Counting(census, lambda: now[0])

    first = [await counting.size("staff") for _ in range(5)]
    census.answer = _of(200)
    now[0] += FRESH_S
    second = await counting.size("staff")
    census.failure = AWAY
    now[0] += FRESH_S
    third = await counting.size("staff")

    assert [HUNDRED] * 5 == first
    assert (_of(200), _of(200)) == (second, third)
    assert 3 == census.asked
    assert await counting.size("unknown") is None


def test_candidates_are_weighed() -> None:
    """By similarity and the lower quality; not at all without a calibration."""
    given = [Candidate("alice", 0.9, "t-1", 0.8), Candidate("bob", -0.3, "t-2", 0.2)]

    fitted = calibration()

    found = weighed(given, fitted, 0.5)

    ratios = [fitted.ratio(0.9, 0.5), fitted.ratio(-0.3, 0.2)]
    assert ratios == [each.log_likelihood_ratio for each in found]
    assert ratios[0] > 0 > ratios[1]
    assert given == weighed(given, None, 0.5)


async def test_an_operator_is_warned() -> None:
    """Of everything that keeps a target from coming to a line; of nothing else."""
    bare, large = lines(calibrated=False), lines(ENDLESS)
    await large.among(TARGET, CONTRACT, "staff")
    await large.loaded.offer({"a.toml": None})

    assert [] == warnings([POLICY], lines(calibrated=False))
    assert [] == warnings([TARGET], lines())
    assert [
        "scene door: target_fpir 0.02, and no calibration is loaded: nobody is a match"
    ] == warnings([TARGET], bare)
    assert [
        "calibrations were rejected, the old ones stay: a.toml: it cannot be read",
        f"scene door: target_fpir 0.02: the calibration {LATELY}",
    ] == warnings([TARGET], large)
    strict = replace(TARGET, target_fpir=1e-6)
    [text] = warnings([strict], lines())
    assert "more than the calibration" in text


@pytest.mark.parametrize(("persons", "verdict"), [(1, Verdict.MATCH), (10_000_000, Verdict.REVIEW)])
def test_explains_a_target(persons: int, verdict: Verdict) -> None:
    """For a gallery that an operator thinks of."""
    scores = Scores(similarities=[0.97], size=_of(persons))

    found = explain(TARGET, scores, enhancer=False, calibration=calibration())

    assert verdict is found.conclusion.verdict
    assert (verdict is Verdict.MATCH) == math.isfinite(found.line.similarity)


async def test_simulates_a_target(log: DecisionLog, tmp_path: Path) -> None:
    """On decisions under a line of the scene's own: by the size that is on record."""
    access = door(log, lines(), "alice")
    access._recorder = Recorder(PolicyTable([POLICY]), log, lines())
    await access.identify("door", b"alice good", collection_id="staff", camera_id="")
    access._recorder = Recorder(PolicyTable([POLICY]), log, lines(failure=AWAY))
    await access.identify("door", b"alice good", collection_id="staff", camera_id="")
    await access.identify("door", b"bob good", collection_id="staff", camera_id="")
    counted, uncounted, stranger = (past(record) for record in kept(tmp_path))
    assert counted
    assert uncounted
    assert stranger

    simulation = Simulation(PolicyTable([TARGET]), enhancer=False, calibrations=CALIBRATED)
    for each in (counted, uncounted, stranger):
        simulation.add(each)

    tally = simulation.scenes["door"]
    assert 2 == tally.unchanged
    assert ["not_counted"] == [why.value for why in tally.untold]
    bare = Simulation(PolicyTable([TARGET]), enhancer=False)
    bare.add(counted)
    [change] = bare.scenes["door"].changes
    assert (Verdict.REVIEW, Rule.BELOW_ACCEPT) == change.after
