"""Before and after: a portrait that is free, and what an enhancer makes of it."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

from degradations import SCENES
from evaluation.enhancement.models import open_enhancer
from tests import enhancements, images
from training.enhancer.sheet import SHOTS, rows

LABELS = ["clean", "before", "denoised", "enhanced: a guess"]


def draw(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "training.enhancer.sheet", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_row_shows_before_and_after(tmp_path: Path) -> None:
    """As it is, every shot, every scene; what was made is called a guess."""
    enhancer = open_enhancer(enhancements.models(tmp_path), "enhancer", threads=1)
    crop = images.noise(112, 112)

    found = dict(rows(crop, enhancer))

    assert ["as it is", *SHOTS, *(f"{each.name} 1" for each in SCENES)] == list(found)
    for name, tiles in found.items():
        assert LABELS == [label for label, _ in tiles]
        before, after = tiles[1][1], tiles[3][1]
        assert (name == "as it is") == np.array_equal(crop, before)
        assert not np.array_equal(before, after)


def test_the_sheet_is_drawn_where_it_is_wanted(tmp_path: Path) -> None:
    """By the command, of the portrait."""
    folder, path = enhancements.models(tmp_path), tmp_path / "docs" / "sheet.png"

    done = draw("--models", str(folder), "--out", str(path))

    assert ("", 0) == (done.stderr, done.returncode)
    sheet = cv2.imread(str(path))
    assert sheet is not None
    assert sheet.shape[0] > (len(SHOTS) + 1 + len(SCENES)) * 112


def test_without_an_enhancer_nothing_is_drawn(tmp_path: Path) -> None:
    """One line says why."""
    (tmp_path / "models.toml").write_text("schema = 1\n", encoding="utf-8")

    done = draw("--models", str(tmp_path), "--out", str(tmp_path / "sheet.png"))

    assert 1 == done.returncode
    assert "no enhancer named enhancer" in done.stderr
    assert 1 == len(done.stderr.splitlines())
    assert not (tmp_path / "sheet.png").exists()
