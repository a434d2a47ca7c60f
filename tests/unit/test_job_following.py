"""From sights to tracks, and from tracks to a rank list."""

import itertools
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faces.decision import Candidate
from faces.policy import Row, Verdict
from faces.tracking import Box
from gateway.jobs.following import Following, Trail, apart
from gateway.jobs.ranking import judged, ranked
from gateway.jobs.sights import Findings, Refusal, Sight, Tally, added, dump, load, tallied
from tests.unit.sights import ROW, at, vector

BLURRED = Refusal(verdict=Verdict.REJECT, rule="min_quality", reason="quality 0.20")


def sight(
    frame: int,
    angle_deg: float = 0,
    *,
    box: Box | None = None,
    quality: float = 0.9,
    refusal: Refusal | None = None,
    source: int = 0,
) -> Sight:
    """A face in one frame of a video of ten frames a second."""
    return Sight(
        source=source,
        frame=frame,
        offset_ms=100 * frame,
        box=box or at(100),
        inter_eye_px=60.0,
        quality=quality,
        vector=vector(angle_deg),
        contract_id="arc-1",
        enhanced=False,
        refusal=refusal,
    )


def blurred(frame: int, quality: float = 0.2) -> Sight:
    return sight(frame, quality=quality, refusal=BLURRED)


def follow(sights: Iterable[Sight], row: Row) -> list[Trail]:
    """The tracks of a whole video."""
    following = Following(row)
    following.take(sights)
    return following.trails()


def test_somebody_who_walks_past_is_one_track() -> None:
    """From their first sight to their last, resting on the best ones."""
    qualities = [0.7, 0.8, 0.99, 0.9, 0.6, 0.75, 0.85]
    [trail] = follow((sight(n, quality=q) for n, q in enumerate(qualities)), ROW)

    assert (0, 600, 7) == (trail.first_ms, trail.last_ms, trail.sights)
    assert (2, True) == (trail.best.frame, trail.good)
    assert [1, 2, 3, 5, 6] == [shot.frame for shot in trail.shots]


def test_two_people_are_two_tracks() -> None:
    """Side by side in the same frames, in the order of their first sight."""
    left, right = at(0), at(400)
    sights = [s for n in range(3) for s in (sight(n, box=left), sight(n, 90, box=right))]
    trails = follow(sights, ROW)

    assert [(1, 3), (2, 3)] == [(trail.number, trail.sights) for trail in trails]
    assert [left, right] == [trail.best.box for trail in trails]


def test_somebody_whom_no_gate_lets_pass_is_a_track_all_the_same() -> None:
    """It rests on the best of the bad sights, and says that it is refused."""
    [trail] = follow([blurred(0, 0.1), blurred(1, 0.3), blurred(2, 0.2)], ROW)

    assert (False, 1, 0.3) == (trail.good, trail.best.frame, trail.quality)


def test_faces_of_pictures_do_not_follow_each_other() -> None:
    """Each is a track of its own."""
    trails = apart([sight(0), sight(0, 90)])

    assert [(1, 1), (2, 1)] == [(trail.number, trail.sights) for trail in trails]


def test_nobody_is_forgotten_in_a_crowd() -> None:
    """However many have been in view at once, each has a track."""
    sights = [sight(0, number, box=at(300 * number)) for number in range(100)]

    assert 100 == len(follow(sights, ROW))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(0, 2), st.floats(0.05, 1)),
        max_size=60,
        unique_by=lambda each: each[:2],
    ),
    st.lists(st.integers(0, 300), max_size=4),
)
def test_tracks_are_the_same_however_the_video_is_cut(
    seen: list[tuple[int, int, float]], cuts: list[int]
) -> None:
    """Parts that travelled through a store and were joined are what one worker would have had."""
    sights = [
        sight(frame, 70 * place, box=at(150 * place), quality=round(q, 3))
        if q > 0.5
        else blurred(frame, round(q, 3))
        for frame, place, q in sorted(seen)
    ]
    borders = [0, *sorted(cuts), 10**6]
    parts = [
        dump(Findings(tuple(s for s in sights if low <= s.frame < high), {}))
        for low, high in itertools.pairwise(borders)
    ]
    following = Following(ROW)
    for part in parts:
        following.take(load(part).sights)

    assert rows(follow(sights, ROW)) == rows(following.trails())


def rows(trails: list[Trail]) -> list[tuple[object, ...]]:
    """All of a track, in a form that compares."""
    return [
        (t.number, t.first_ms, t.last_ms, t.sights, t.quality, t.vector.tobytes(), t.best.frame)
        for t in trails
    ]


def test_findings_come_back_bit_for_bit() -> None:
    """What one worker wrote another reads, to the last bit of every vector."""
    rng = np.random.default_rng(1)
    first = sight(3, quality=float(rng.random()))
    findings = Findings((first, blurred(4)), {0: Tally(judged=2, broken=1, reasons={"R": 1})})
    again = load(dump(findings))

    assert dump(findings) == dump(again)
    assert first.vector.tobytes() == again.sights[0].vector.tobytes()
    assert (BLURRED, findings.tallies) == (again.sights[1].refusal, again.tallies)


def test_tallies_add_up() -> None:
    """Frames of a file are counted over all its parts."""
    one = tallied([None, "A", None])
    other = tallied(["A", "B"])

    assert Tally(judged=2, broken=3, reasons={"A": 2, "B": 1}) == added(one, other)


def found(similarity: float) -> list[Candidate]:
    return [Candidate("p-1", similarity, "t-1", 0.9)]


def trail(number: int, *, quality: float = 0.9, refused: bool = False) -> Trail:
    one = sight(0, quality=quality, refusal=BLURRED if refused else None)
    [made] = apart([one])
    return Trail(**{name: getattr(made, name) for name in made.__slots__} | {"number": number})


def test_tracks_are_ranked_by_quality_times_score() -> None:
    """None is left out, not even one that resembles nobody."""
    tracks = [
        judged(ROW, trail(1, quality=0.5), found(0.9)),
        judged(ROW, trail(2, quality=0.9), found(0.6)),
        judged(ROW, trail(3, quality=0.2, refused=True), found(0.8)),
        judged(ROW, trail(4), []),
        judged(ROW, trail(5), found(-0.3)),
    ]

    assert [2, 1, 3, 4, 5] == [each.trail.number for each in ranked(tracks)]
    assert [0.54, 0.45, 0.16, 0, 0] == pytest.approx([each.weight for each in ranked(tracks)])


@pytest.mark.parametrize(
    ("similarity", "refused", "verdict", "rule"),
    [
        pytest.param(0.9, False, "match", "accept", id="clears every line"),
        pytest.param(0.45, False, "review", "below_accept", id="between the lines"),
        pytest.param(0.1, False, "no_match", "below_review", id="resembles nobody"),
        pytest.param(0.9, True, "reject", "min_quality", id="refused, whatever it resembles"),
    ],
)
def test_the_policy_concludes(similarity: float, rule: str, verdict: str, *, refused: bool) -> None:
    """As for any other search; a refused track keeps its refusal, and its candidates."""
    row: Row = ROW
    track = judged(row, trail(1, refused=refused), found(similarity))

    assert (verdict, rule) == (track.verdict, track.rule)
    assert similarity == track.score
