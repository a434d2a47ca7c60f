"""Who is who from frame to frame."""

import math
from dataclasses import replace

import pytest

from faces.tracking import Box, Hints, Seen, Track, Tracks
from faces.tracking.tracks import LIMIT
from tests.unit.sights import ROW, at, bad, good

WEST = {"west": at(100)}


class Camera:
    """Shows frames to tracks; remembers who was called what."""

    def __init__(self) -> None:
        self.tracks: Tracks[str] = Tracks()
        self.ms = 0

    def sees(
        self, *faces: Seen[str], ms: int = 200, hints: Hints | None = None
    ) -> list[Track[str] | None]:
        """The next frame, `ms` later."""
        self.ms += ms
        return self.tracks.place(faces, hints or {}, ROW, self.ms)

    def names(
        self, *faces: Seen[str], ms: int = 200, hints: Hints | None = None
    ) -> list[str | None]:
        """The identifiers of the tracks of the next frame."""
        found = self.sees(*faces, ms=ms, hints=hints)
        return [track.track_id if track else None for track in found]


@pytest.fixture(name="camera")
def _camera() -> Camera:
    return Camera()


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


def told(camera: Camera, *faces: Seen[str], hints: Hints | None = None) -> None:
    """Let everybody in a frame have their verdict."""
    for track in camera.sees(*faces, hints=hints):
        assert track
        track.told = True


@pytest.mark.parametrize(
    ("boxes", "ms", "wanted"),
    [
        pytest.param([at(100)], 200, [False], id="told, and nobody else near"),
        pytest.param([at(100)], 1200, [True], id="not looked at for a while"),
        pytest.param([at(100), at(180)], 200, [True, True], id="two may be the one"),
        pytest.param([at(900)], 200, [True], id="somebody else"),
    ],
)
def test_looks_where_it_tells_something(
    camera: Camera, boxes: list[Box], ms: int, wanted: list[bool]
) -> None:
    """Who has their verdict is embedded only to notice that somebody else took the place."""
    told(camera, good(0, at(100)))

    assert wanted == camera.tracks.wanted(boxes, {}, camera.ms + ms)


def test_looks_at_everybody_who_waits(camera: Camera) -> None:
    """Until they have their verdict."""
    camera.sees(good(0, at(100)))

    assert [True] == camera.tracks.wanted([at(100)], {}, camera.ms + 200)


def test_looks_only_at_the_clients_faces(camera: Camera) -> None:
    """And not at those that were told: who they are is the client's to say."""
    told(camera, good(0, at(100)), hints=WEST)
    hints = {"west": at(100), "east": at(500)}

    assert [False, True, False] == camera.tracks.wanted(
        [at(100), at(500), at(900)], hints, camera.ms + 5000
    )


# ---- who was told is not told again


def test_who_was_lost_while_in_view_stays_told(camera: Camera) -> None:
    """Their second track began before the first one ended: they never left."""
    told(camera, good(0, at(100)))
    for _ in range(15):
        lost = camera.names(bad(at(900)))
    assert ["#2"] == lost

    [track] = camera.sees(good(3, at(900)))

    assert track
    assert ("#2", True) == (track.track_id, track.told)


def test_who_was_taken_for_another_stays_told(camera: Camera) -> None:
    """For as long as a face was hidden in the track of somebody else, it was in view, too."""
    told(camera, good(0, at(100)), good(90, at(500)))
    for _ in range(15):
        camera.sees(bad(at(500)))

    [track] = camera.sees(good(3, at(500)))

    assert track
    assert ("#3", True) == (track.track_id, track.told)


def test_who_comes_back_is_told_again(camera: Camera) -> None:
    """A new track that begins after the end of the old one is a new visit."""
    told(camera, good(0, at(100)))
    camera.sees(ms=2001)

    [track] = camera.sees(good(0, at(100)))

    assert track
    assert ("#2", False) == (track.track_id, track.told)


def test_nobody_is_kept_who_cannot_be_in_view(camera: Camera) -> None:
    """Vectors of people who have left are forgotten with them."""
    told(camera, good(0, at(100)))
    camera.sees(ms=2001)
    camera.tracks.end(camera.tracks.leave(camera.ms))
    camera.tracks.leave(math.inf)

    assert [] == camera.tracks._lost
