"""Visits that are made of crops: when a door would tell of each."""

import numpy as np
import pytest

from bench.scenes import visiting
from bench.scenes.visiting import FRAMES, ONE, OTHER, visits
from bench.scenes.ways import WAYS, Look, looks, told
from evaluation.lfw import Pairs
from evaluation.seen import Seen
from faces.policy import Verdict
from tests.unit.sights import ROW, vector

NONE = np.zeros(0, dtype=np.int64)


def people(*photos_of_each: int) -> Pairs:
    """Grey crops, each person's of a shade of their own."""
    who = np.repeat(np.arange(len(photos_of_each)), photos_of_each)
    crops = np.full((len(who), 112, 112, 3), 60, np.uint8) + (40 * who[:, None, None, None])
    return Pairs(
        crops=crops.astype(np.uint8),
        people=who,
        first=NONE,
        second=NONE,
        same=NONE.astype(np.bool_),
        folds=NONE,
    )


def seen(*angles_deg: float, quality: float = 0.9) -> Seen:
    """What a model might say of the frames of a visit."""
    count = len(angles_deg)
    return Seen(
        vectors=np.stack([vector(angle) for angle in angles_deg]),
        magnitude=np.ones(count),
        quality=np.full(count, quality),
        parity=None,
        band=None,
        uncertainty=None,
        patterns=None,
        share=None,
    )


def ended(way: str, *angles_deg: float) -> Look:
    """Somebody is enrolled at 0 degrees, and this is what the camera sees."""
    found = list(looks(seen(*angles_deg), range(len(angles_deg)), {7: vector(0)}, ROW))
    return told(found, WAYS[way], ROW)


@pytest.mark.parametrize(
    ("way", "waited_ms"),
    [
        ("the first good shot", 0),
        ("three good shots over 300 ms", 400),
        ("as it is done", 200),
    ],
)
def test_each_way_tells_a_stranger_in_its_own_time(way: str, waited_ms: int) -> None:
    """Nobody is similar: the ways differ in how long they wait."""
    look = ended(way, *[85] * FRAMES)

    assert (waited_ms, Verdict.NO_MATCH) == (look.waited_ms, look.conclusion.verdict)


def test_a_match_ends_a_visit_in_every_way_but_the_impatient() -> None:
    """Whose first shot misses is turned away by it, and let in by the second."""
    verdicts = {way: ended(way, 70, *[25] * 9).conclusion.verdict for way in WAYS}

    assert {
        "the first good shot": Verdict.NO_MATCH,
        "three good shots over 300 ms": Verdict.MATCH,
        "as it is done": Verdict.MATCH,
    } == verdicts


def test_bad_frames_are_no_looks() -> None:
    """They pass no gate."""
    assert [] == list(looks(seen(0, 0, quality=0.3), range(2), {7: vector(0)}, ROW))


def test_a_visit_is_one_photo_or_several_of_one_person() -> None:
    """Never one of somebody else, and people with few photos do not come."""
    photos = people(5, 4, 6)

    for kind in (ONE, OTHER):
        come = visits(photos, kind)

        assert [0] * 5 + [2] * 6 == come.people.tolist()
        assert (11, FRAMES) == come.shown.shape
        assert (photos.people[come.shown] == come.people[:, None]).all()
        assert ({1} if kind == ONE else {2, 3, 4, 5, 6}) >= {len(set(each)) for each in come.shown}


def test_no_two_frames_are_alike() -> None:
    """The camera shakes, and its noise is new in each."""
    assert len(np.unique(visits(people(5), ONE).crops, axis=0)) == 5 * visiting.FRAMES
