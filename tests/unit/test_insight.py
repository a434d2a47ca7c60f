"""Pictures counted, and what is said of their cameras."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.conditions import Conditions
from faces.insight import Cause, Group, Insight, Outcome, Probe, Tally, Trend, causes
from faces.insight import sentence as sentence_of
from faces.rules import Rule
from tests.unit.insights import conditions, probe

maybe = st.none() | st.floats(0, 1)
probes = st.builds(
    Probe,
    refused_by=st.none() | st.sampled_from(Rule),
    quality=maybe,
    magnitude=st.none() | st.floats(1e-6, 1e6),
    contract_id=st.sampled_from(["a", "b"]),
    inter_eye_px=st.none() | st.floats(0, 400),
    yaw_deg=st.none() | st.floats(-90, 90),
    pitch_deg=st.none() | st.floats(-90, 90),
    covered=st.booleans(),
    conditions=st.none()
    | st.builds(
        Conditions,
        luminance=st.floats(0, 1),
        bright_share=st.floats(0, 1),
        noise=st.floats(0, 40),
        sharpness=st.floats(0, 1),
    ),
)
records = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["s", "t"]), probes, st.booleans())
)


@given(records=records, limit=st.integers(0, 7))
def test_each_record_is_counted_once(
    records: list[tuple[str, str, Probe, bool]], limit: int
) -> None:
    """In one group or in none, as one outcome; a bad one in one cluster; a score in one bucket."""
    insight = Insight(limit)
    for camera_id, scene, seen, before in records:
        insight.add(camera_id, scene, seen, before=before)
    tallies = [tally for group in insight.groups for tally in (group.before, group.now)]

    assert len(records) == insight.beyond + sum(tally.records for tally in tallies)
    assert len(insight.groups) <= limit
    for group in insight.groups:
        for tally, early in ((group.before, True), (group.now, False)):
            own = [
                seen
                for camera_id, scene, seen, before in records
                if (camera_id, scene, before) == (group.camera_id, group.scene, early)
            ]
            _require_counted(own, tally)


def _require_counted(own: list[Probe], tally: Tally) -> None:
    low = [seen for seen in own if seen.outcome is Outcome.LOW]
    scores = [seen.quality for seen in own if seen.quality is not None]
    lengths = Counter(seen.contract_id for seen in own if seen.magnitude is not None)
    assert Counter(seen.outcome for seen in own) == +tally.outcomes
    assert Counter(map(causes, low)) == tally.clusters
    assert len(scores) == tally.quality.count == sum(b.count for b in tally.quality.buckets)
    assert lengths == {name: spread.count for name, spread in tally.magnitudes.items()}


def group(now: list[Probe], before: list[Probe] | None = None) -> Group:
    """A camera that took these pictures."""
    found = Group(camera_id="gate-7", scene="door")
    for seen in now:
        found.now.add(seen)
    for seen in before or []:
        found.before.add(seen)
    return found


GOOD, DARK = [probe(0.9)], [probe(**conditions(luminance=0.05))]
NOBODY = [Probe(refused_by=Rule.NO_FACE)]


@pytest.mark.parametrize(
    ("before", "now", "trend"),
    [
        pytest.param(19 * DARK, 500 * GOOD, Trend.TOO_FEW, id="too few before"),
        pytest.param(500 * GOOD, 19 * DARK, Trend.TOO_FEW, id="too few now"),
        pytest.param(20 * GOOD, 20 * GOOD, Trend.STEADY, id="nothing to be said"),
        pytest.param(90 * GOOD + 10 * DARK, 85 * GOOD + 15 * DARK, Trend.STEADY, id="chance"),
        pytest.param(90 * GOOD + 10 * DARK, 60 * GOOD + 40 * DARK, Trend.WORSE, id="worse"),
        pytest.param(60 * GOOD + 40 * DARK, 90 * GOOD + 10 * DARK, Trend.BETTER, id="better"),
        pytest.param(
            90 * GOOD + 10 * DARK + 999 * NOBODY,
            85 * GOOD + 15 * DARK,
            Trend.STEADY,
            id="who is not there does not count",
        ),
    ],
)
def test_a_trend_is_more_than_chance(before: list[Probe], now: list[Probe], trend: Trend) -> None:
    """Shares of few faces swing by themselves."""
    assert trend is group(now, before).trend


SMALL = [probe(inter_eye_px=20.0)]


@pytest.mark.parametrize(
    ("camera", "said"),
    [
        pytest.param(
            group([]), "no decision in this period: see whether the camera is on", id="silence"
        ),
        pytest.param(
            group(30 * NOBODY + 10 * GOOD),
            "75% of 40 pictures show no face: see what the camera sees",
            id="nobody is there",
        ),
        pytest.param(group(19 * DARK), "too few faces to judge the camera by: 19", id="too few"),
        pytest.param(
            group(97 * GOOD + 3 * DARK),
            "3% of 100 faces are of low quality: nothing to do",
            id="a good camera",
        ),
        pytest.param(
            group(930 * GOOD + 70 * DARK, 990 * GOOD + 10 * DARK),
            "7% of 1000 faces are of low quality, up from 1%: watch it",
            id="a good one that gets worse",
        ),
        pytest.param(
            group(60 * GOOD + 30 * DARK + 10 * SMALL, 95 * GOOD + 5 * SMALL),
            "40% of 100 faces are of low quality, up from 5%; 75% of these are too dark: "
            "add light from the front, or expose for faces",
            id="a bad one",
        ),
        pytest.param(
            group(80 * GOOD + 20 * SMALL, 20 * GOOD + 80 * SMALL),
            "20% of 100 faces are of low quality, down from 80%; 100% of these are too small: "
            "bring the camera closer, or give it a longer lens or more resolution",
            id="one that gets better",
        ),
    ],
)
def test_a_sentence(camera: Group, said: str) -> None:
    """How a camera does, since when, why, and what to do."""
    assert said == sentence_of(camera)


def test_a_cause_counts_wherever_it_takes_part() -> None:
    """What to do is said of the cause that the most pictures have, alone or with others."""
    both = [probe(inter_eye_px=20.0, **conditions(luminance=0.05))]
    camera = group(4 * SMALL + 3 * DARK + 2 * both)

    assert [(Cause.SMALL, 6), (Cause.DARK, 5)] == camera.now.by_cause
    assert {frozenset({Cause.SMALL, Cause.DARK}): 2}.items() <= camera.now.clusters.items()


def test_the_latest_model_speaks() -> None:
    """Lengths of vectors are on a scale of their model; the latest one's are told."""
    old, new = probe(magnitude=3.0, contract_id="old"), probe(magnitude=9.0, contract_id="new")

    assert "new" == group([old, new, old, new]).contract_id
    assert "old" == group([], [new, old]).contract_id
    assert "" == group(NOBODY).contract_id
