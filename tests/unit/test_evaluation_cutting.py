"""Crops are cut as the mesh cuts them, and kept."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.progress import Progress

from evaluation import lfw
from evaluation.cutting import Cutter
from tests import detectors, images
from tests.photos import FOLDER, opened, photo

MODELS = Path("models")


def _large(name: str) -> bytes:
    """A photo in which the face is too large for a first look: it is seen twice."""
    picture = opened(name)
    buffer = io.BytesIO()
    picture.resize((picture.width * 3, picture.height * 3)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(lambda: photo("obama2"), id="a press photo"),
        pytest.param(lambda: photo("obama_partial_face"), id="a cut face"),
        pytest.param(lambda: _large("biden"), id="a face that is looked at twice"),
    ],
)
async def test_a_crop_is_that_of_the_detector(picture: Callable[[], bytes]) -> None:
    """The same pixels, and the same score, as a server of the mesh sends for these bytes."""
    data = picture()
    async with detectors.serving() as stub:
        answer = await stub.DetectFaces(detectors.request(data))

    crop, score = Cutter(MODELS, threads=1).crop(data)

    found = answer.faces[0]
    served = np.frombuffer(found.crop.rgb, dtype=np.uint8).reshape(112, 112, 3)
    assert np.array_equal(served, crop[..., ::-1])
    assert found.face.detection_score == pytest.approx(score, abs=1e-6)


def test_a_picture_without_a_face_has_no_crop() -> None:
    """An evaluation never goes on with something else."""
    with pytest.raises(LookupError, match="no face"):
        Cutter(MODELS, threads=1).crop(images.encoded(images.gradient(200, 200)))


def test_a_crop_of_a_face_scores_high_and_noise_scores_low() -> None:
    """What error versus discard calls the detector's score alone."""
    cutter = Cutter(MODELS, threads=1)
    crop, _ = cutter.crop((FOLDER / "astronaut.png").read_bytes())
    blurred = cv2.GaussianBlur(crop, (0, 0), 9).astype(np.uint8)

    scores = [cutter.score(each) for each in (crop, blurred, images.noise(112, 112))]

    assert scores[0] > 0.85
    assert max(scores[1:]) < 0.3


def _pairs(data: Path) -> None:
    """Two photos of one person, one of another one."""
    rows = [
        ("A_B", "obama", "A_B_0001"),
        ("A_B", "obama2", "A_B_0002"),
        ("C_D", "biden", "C_D_0001"),
    ]
    for person, name, file in rows:
        folder = data / "lfw" / person
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{file}.jpg").write_bytes(photo(name))
    with (data / "lfw" / "pairs.csv").open("w", newline="", encoding="utf-8") as table:
        lines = [
            ("fold", "a", "b", "same"),
            (1, "A_B/A_B_0001.jpg", "A_B/A_B_0002.jpg", 1),
            (2, "A_B/A_B_0002.jpg", "C_D/C_D_0001.jpg", 0),
        ]
        csv.writer(table).writerows(lines)


def test_pairs_are_of_crops(tmp_path: Path) -> None:
    """Every picture once, and each pair knows its two and who is on them."""
    _pairs(tmp_path)
    cutter = Cutter(MODELS, threads=1)

    pairs, names = lfw.load(tmp_path, cutter, tmp_path / "cache", Progress(disable=True))

    assert ["A_B", "A_B", "C_D"] == names
    assert [0, 0, 1] == pairs.people.tolist()
    assert ([0, 1], [1, 2]) == (pairs.first.tolist(), pairs.second.tolist())
    assert ([True, False], [1, 2]) == (pairs.same.tolist(), pairs.folds.tolist())
    assert np.array_equal(cutter.crop(photo("biden"))[0], pairs.crops[2])
    mated = pairs.mated(10)
    assert ([0], [1], [0]) == tuple(
        each.tolist() for each in (mated.references, mated.probes, mated.people)
    )


def test_pictures_are_cut_once(tmp_path: Path) -> None:
    """The second run reads them from the cache; a changed picture is cut again."""
    _pairs(tmp_path)
    cutter, cache = Cutter(MODELS, threads=1), tmp_path / "cache"
    first, _ = lfw.load(tmp_path, cutter, cache, Progress(disable=True))
    (kept,) = cache.glob("*.npz")
    before = kept.stat().st_mtime_ns

    again, _ = lfw.load(tmp_path, cutter, cache, Progress(disable=True))

    assert before == kept.stat().st_mtime_ns
    assert np.array_equal(first.crops, again.crops)
    (tmp_path / "lfw" / "C_D" / "C_D_0001.jpg").write_bytes(photo("obama3"))
    changed, _ = lfw.load(tmp_path, cutter, cache, Progress(disable=True))
    assert not np.array_equal(first.crops[2], changed.crops[2])


def test_a_picture_of_nobody_is_named(tmp_path: Path) -> None:
    """By its file: one missing pair would be one too few for good."""
    _pairs(tmp_path)
    nobody = tmp_path / "lfw" / "C_D" / "C_D_0001.jpg"
    nobody.write_bytes(images.encoded(images.gradient(200, 200)))

    with pytest.raises(LookupError, match=r"C_D_0001\.jpg: no face"):
        lfw.load(tmp_path, Cutter(MODELS, threads=1), tmp_path / "cache", Progress(disable=True))
