"""The contact sheets of the documentation: every cause, every occluder, and small enough."""

import re
from pathlib import Path

import cv2
import numpy as np

from degradations import LADDERS, OCCLUDERS
from tests import images
from training.sheets import SHEETS, drawn, portrait

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "degradations.md"


def test_the_sheets_show_every_cause_and_every_occluder() -> None:
    """Whatever joins a table joins a sheet."""
    crop = images.noise(112, 112)
    shown = {name for sheet in SHEETS for name, _ in sheet.rows(crop)}

    assert {*LADDERS, *OCCLUDERS} <= shown


def test_a_sheet_has_its_tiles_in_rows() -> None:
    """Tiles are copied as they are, under one another."""
    black, white = np.zeros((112, 112, 3), np.uint8), np.full((112, 112, 3), 255, np.uint8)

    sheet = drawn([("dark", [("1", black), ("2", black)]), ("light", [("1", white)])])

    assert np.uint8 == sheet.dtype
    assert 2 * 112 * 112 <= np.count_nonzero((sheet == 0).all(axis=2))
    assert sheet.shape[0] > 2 * 112
    assert sheet.shape[1] > 2 * 112


def test_the_portrait_is_aligned() -> None:
    """Pupils are dark where the template has the eyes, teeth are light where it has the mouth."""
    grey = cv2.cvtColor(portrait(), cv2.COLOR_BGR2GRAY).astype(int)

    assert grey[48:56, 34:43].min() < 60
    assert grey[48:56, 69:78].min() < 60
    assert grey[88:94, 50:62].max() > 190


def test_the_page_shows_the_sheets_and_names_everything() -> None:
    """Each picture is there, is shown, and has at most 400 kB; each name is explained."""
    page = DOCS.read_text(encoding="utf-8")
    pictures = sorted(ROOT.glob("docs/images/degradations-*.jpg"))
    linked = re.findall(r"\(images/(degradations-\w+\.jpg)\)", page)

    assert sorted(linked) == [picture.name for picture in pictures]
    assert {f"degradations-{sheet.name}.jpg" for sheet in SHEETS} == set(linked)
    assert max(picture.stat().st_size for picture in pictures) <= 400_000
    assert [] == [name for name in (*LADDERS, *OCCLUDERS) if f"`{name}`" not in page]
