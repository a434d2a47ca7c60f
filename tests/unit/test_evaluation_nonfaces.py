"""Things that are no faces: made, cut out of pictures, or beside the people of a photo."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from evaluation.cutting import Cutter
from evaluation.memory import nobody
from evaluation.nonfaces import made, photos, pictures
from evaluation.nonfaces.squares import away, square
from tests import images
from tests.photos import FOLDER

BOX = np.array([[40.0, 30.0, 140.0, 120.0]], dtype=np.float32)


@pytest.mark.parametrize("make", [made.noise, made.surface])
def test_what_is_made_is_the_same_for_a_seed_and_varies(make: made.Make) -> None:
    """Crops as models take them."""
    once, again = made.draws(make, 12, seed=1), made.draws(make, 12, seed=1)

    assert (12, 112, 112, 3) == once.shape
    assert np.uint8 == once.dtype
    assert np.array_equal(once, again)
    assert len({crop.tobytes() for crop in once}) > 8


def test_a_square_is_a_part_of_its_picture() -> None:
    """Of any size that fits, brought to the size of a crop."""
    picture = np.full((60, 300, 3), 7, dtype=np.uint8)

    crops = [square(picture, np.random.default_rng(seed)) for seed in range(20)]

    assert {(112, 112, 3)} == {crop.shape for crop in crops}
    assert {7} == {int(crop.min()) for crop in crops} == {int(crop.max()) for crop in crops}


def test_a_square_away_from_a_box_shows_nothing_of_it() -> None:
    """The box is red, all else is black."""
    picture = np.zeros((160, 400, 3), dtype=np.uint8)
    picture[30:120, 40:140] = 255

    crops = [away(picture, BOX, np.random.default_rng(seed)) for seed in range(50)]

    found = [crop for crop in crops if crop is not None]
    assert len(found) > 40
    assert 0 == max(int(crop.max()) for crop in found)


def test_a_picture_full_of_faces_has_nothing_beside_them() -> None:
    """None, rather than a part of a face."""
    everywhere = np.array([[0.0, 0.0, 64.0, 48.0]], dtype=np.float32)

    assert away(images.noise(), everywhere, np.random.default_rng(0)) is None


def test_pictures_take_turns() -> None:
    """As many squares of each, so that no picture stands for all of its kind."""
    flat = [np.full((80, 80, 3), level, dtype=np.uint8) for level in (10, 20, 30)]

    crops = pictures.anywhere(flat, 9, seed=1)

    assert [10, 20, 30] * 3 == [int(crop.max()) for crop in crops]


def test_a_back_of_a_head_has_its_outline_and_no_face() -> None:
    """Hair lies over the middle; the border of the picture is as it was."""
    head = np.full((112, 112, 3), 200, dtype=np.uint8)
    head[40:80, 40:72] = 90
    head[10:28, 40:72] = (20, 40, 60)

    covered = photos.back(head)

    assert np.abs(covered[50:70, 45:67].astype(int) - (20, 40, 60)).max() <= 1
    assert np.array_equal(head[:8], covered[:8])
    assert np.array_equal(head[:, :12], covered[:, :12])


def test_a_back_of_a_real_head_is_less_of_a_face() -> None:
    """The detector is less sure of NASA's portrait from behind; beside it there is no face."""
    cutter = Cutter(Path("models"), threads=1)
    portrait = FOLDER / "astronaut.png"
    face, _ = cutter.crop(portrait.read_bytes())

    (behind,) = photos.backs([portrait], cutter, 1, advance=nobody)
    beside = photos.backgrounds([portrait], cutter, 4, seed=3, advance=nobody)

    assert cutter.score(face) > 0.9
    assert cutter.score(behind) < 0.7
    assert max(cutter.score(crop) for crop in beside) < 0.5


def test_an_animal_lies_on_the_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks where its eyes are land where eyes belong, give or take what a detector is off."""
    monkeypatch.setattr(pictures, "SOURCES", ())
    for name, landmarks in pictures.ANIMALS.items():
        picture = np.zeros((800, 800, 3), dtype=np.uint8)
        for x, y in landmarks[:2]:
            cv2.circle(picture, (int(x), int(y)), 9, (255, 255, 255), -1)
        cv2.imwrite(str(tmp_path / name), picture)

    crops = pictures.animal_faces(tmp_path, 8, seed=1)

    for crop in crops:
        rows, columns = np.nonzero(crop[..., 0] > 100)
        assert rows.mean() == pytest.approx(51.6, abs=12)
        assert columns.mean() == pytest.approx(55.9, abs=12)
