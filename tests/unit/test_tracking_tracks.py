"""Who is who from frame to frame."""

import math
from dataclasses import replace

import pytest

from faces.tracking.tracks import LIMIT
from tests.unit.sights import ROW, Camera, at, bad, good

WEST = {"west": at(100)}


def test_a_face_that_moves_keeps_its_track(camera: Camera) -> None:
    """By place alone: it need not be recognisable."""
    places = [at(100), at(190), at(280, side=110), at(360, side=120)]

    names = [camera.names(bad(box)) for box in places]

    assert [["#1"]] * 4 == names


def test_a_face_elsewhere_is_another_track(camera: Camera) -> None:
    """If nothing tells that it is the same."""
    assert ["#1"] == camera.names(bad(at(0)))
    assert ["#2"] == camera.names(bad(at(900)))


def test_likeness_outweighs_place(camera: Camera) -> None:
    """Two people who change places between two frames keep their tracks."""
    camera.names(good(0, at(100)), good(90, at(400)))

    assert ["#2", "#1"] == camera.names(good(92, at(100)), good(3, at(400)))


def test_a_lookalike_does_not_take_over(camera: Camera) -> None:
    """Of two similar faces each keeps its own: place decides where likeness cannot."""
    camera.names(good(0, at(100)), good(10, at(400)))

    assert ["#1", "#2"] == camera.names(good(5, at(110)), good(5, at(410)))


def test_somebody_who_steps_into_a_place_is_new(camera: Camera) -> None:
    """A good shot that resembles nobody is not the one who stood there."""
    camera.names(good(0, at(100)))

    assert ["#2"] == camera.names(good(90, at(100)))


def test_a_bad_shot_contradicts_nobody(camera: Camera) -> None:
    """A blurred face resembles nobody; it is the one who stands there."""
    camera.names(good(0, at(100)))

    assert ["#1"] == camera.names(bad(at(100), angle_deg=90))


def test_who_turns_away_and_walks_is_found_again(camera: Camera) -> None:
    """What was taken for somebody new gives way once the face is seen again."""
    camera.names(good(0, at(100)))
    lost = camera.names(bad(at(700)))

    assert ["#2"] == lost
    assert ["#1"] == camera.names(good(4, at(720)))


@pytest.mark.parametrize(("ms", "name"), [(2000, "#1"), (2001, "#2")])
def test_a_track_ends_when_it_is_not_seen(camera: Camera, ms: int, name: str) -> None:
    """Two seconds later the same face is a new track."""
    camera.names(good(0, at(100)))

    assert [name] == camera.names(good(0, at(100)), ms=ms)


def test_who_left_stays_until_everything_is_told(camera: Camera) -> None:
    """A track that has ended can be told until somebody says that it was."""
    [track] = camera.sees(good(0, at(100)))
    camera.sees(ms=2001)
    left = camera.tracks.leave(camera.ms)

    assert [track] == left == camera.tracks.leave(camera.ms)
    camera.tracks.end(left)
    assert [] == camera.tracks.leave(math.inf)
    assert 0 == len(camera.tracks)


def test_a_policy_that_comes_into_force_starts_the_evidence_anew(camera: Camera) -> None:
    """But not the track."""
    [track] = camera.sees(good(0, at(100)), ms=0)
    assert track
    camera.tracks.place([good(0, at(100), ms=200)], {}, replace(ROW, version="new"), 200)

    assert track.evidence
    assert ("new", 1) == (track.evidence.policy.version, track.evidence.count)


def test_memory_has_a_bound(camera: Camera) -> None:
    """However many faces flicker, the oldest tracks give way."""
    for number in range(40):
        camera.sees(*(bad(at(x * 1000, number * 1000)) for x in range(10)), ms=10)

    assert LIMIT == len(camera.tracks)


def test_memory_of_those_who_left_has_a_bound(camera: Camera) -> None:
    """Even if nobody ever says that they were told."""
    for _ in range(40):
        camera.sees(*(bad(at(x * 1000)) for x in range(10)), ms=3000)

    assert len(camera.tracks) <= LIMIT + 10


# ---- tracks of the client


def test_the_clients_tracks_are_taken_over(camera: Camera) -> None:
    """A face belongs to the hint that it overlaps most, whatever it resembles."""
    names = camera.names(
        good(0, at(110)),
        good(0, at(390)),
        hints={"east": at(400), "west": at(100), "nobody": at(900)},
    )

    assert ["west", "east"] == names


def test_faces_without_a_hint_are_nobodys(camera: Camera) -> None:
    """From the first hint on, in frames without any, too."""
    assert ["#1"] == camera.names(good(0, at(100)))
    assert ["west", None] == camera.names(good(0, at(100)), good(90, at(500)), hints=WEST)
    assert [None] == camera.names(good(0, at(100)))


def test_a_hint_keeps_a_track_alive(camera: Camera) -> None:
    """The camera still follows who has turned away."""
    [track] = camera.sees(good(0, at(100)), hints=WEST)
    for _ in range(5):
        camera.sees(hints=WEST, ms=1000)

    assert [track] == camera.sees(good(0, at(100)), hints=WEST)


def test_a_told_track_that_comes_back_is_told(camera: Camera) -> None:
    """The client may name a track again after it has ended: there is no second verdict."""
    [track] = camera.sees(good(0, at(100)), hints=WEST)
    assert track
    track.told = True
    camera.sees(ms=5000)
    camera.tracks.end(camera.tracks.leave(camera.ms))

    [again] = camera.sees(good(0, at(100)), hints=WEST)

    assert again
    assert again.told


def test_a_track_that_comes_back_before_it_was_told_goes_on(camera: Camera) -> None:
    """What is due for it is due once."""
    [track] = camera.sees(good(0, at(100)), hints=WEST)
    camera.sees(ms=5000)
    left = camera.tracks.leave(camera.ms)

    assert [track] == left == camera.sees(good(0, at(100)), hints=WEST)
    camera.tracks.end(left)
    assert 1 == len(camera.tracks)


# ---- who is looked at
