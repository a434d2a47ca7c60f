"""Who has their verdict: whom nobody looks at any more, and who comes back."""

import math

import pytest

from faces.tracking import Box, Hints, Seen
from tests.unit.sights import Camera, at, bad, good

WEST = {"west": at(100)}


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
