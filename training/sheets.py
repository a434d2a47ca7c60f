"""Draw what the degradations do: ``python -m training.sheets``, into docs/images.

The only face is NASA's portrait of Eileen Collins, in the public domain, out of the scikit-image
wheel; `tools.photos` fetches it.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from degradations import LADDERS, OCCLUDERS, THINGS, Crop, mix
from faces.alignment import align
from tools import photos

FOLDER = Path("docs/images")
"""Where the sheets go unless the caller names another folder."""

LANDMARKS = np.array(
    [[200.12, 101.82], [247.13, 102.62], [220.37, 124.54], [198.61, 142.77], [239.67, 143.64]],
    dtype=np.float32,
)
"""Of the portrait, by YuNet: eyes, nose, corners of the mouth; (x, y) px."""

SEEDS = 9
"""Draws of each occluder."""

WORN = 10
"""So many of the occluders are worn; the others are held, hang or lie."""

_GAP, _LINE, _NAME = 4, 16, 118
_INK = (40, 40, 40)

Row = tuple[str, list[tuple[str, Crop]]]
"""A name, and labelled tiles."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture of many tiles."""

    name: str
    """Of the file: ``degradations-<name>.jpg``."""

    rows: Callable[[Crop], Iterator[Row]]
    """Draws the rows of a portrait."""


def portrait(folder: Path = photos.FOLDER) -> Crop:
    """Fetch the portrait if it is not in `folder`, and align it.

    Raises:
        PhotosWrong: It cannot be had as pinned.
    """
    photos.fetch(folder)
    picture = cv2.imread(str(folder / "astronaut.png"))
    pose = align(LANDMARKS)
    if picture is None or pose is None:
        raise photos.PhotosWrong("astronaut.png cannot be read")
    return cv2.warpAffine(picture, pose.matrix, (112, 112)).astype(np.uint8, copy=False)


def ladders(crop: Crop) -> Iterator[Row]:
    """A row for each cause, from mild to severe."""
    for name, cause in LADDERS.items():
        tiles = [
            (f"{step:g} {cause.unit}", cause.apply(crop, step, np.random.default_rng(4)))
            for step in cause.ladder
        ]
        yield name, [("clean", crop), *tiles]


def _drawn(names: list[str]) -> Callable[[Crop], Iterator[Row]]:
    def rows(crop: Crop) -> Iterator[Row]:
        for name in names:
            covered = [
                OCCLUDERS[name].cover(crop, np.random.default_rng(seed)) for seed in range(SEEDS)
            ]
            yield name, [(f"{each.mask.mean():.0%} hidden", each.crop) for each in covered]

    return rows


def mixture(crop: Crop) -> Iterator[Row]:
    """Crops as training sees them."""
    generator = np.random.default_rng(11)
    for _ in range(8):
        drawn = [mix(crop, generator, occlude=0.7, spoil=0.7) for _ in range(SEEDS)]
        yield "", [(", ".join(each.causes)[:21] or "clean", each.crop) for each in drawn]


_THINGS = [each.name for each in THINGS]
_REGIONS = [name for name in OCCLUDERS if name not in _THINGS]

SHEETS = (
    Sheet("ladders", ladders),
    Sheet("worn", _drawn(_THINGS[:WORN])),
    Sheet("things", _drawn(_THINGS[WORN:])),
    Sheet("regions", _drawn(_REGIONS)),
    Sheet("mixture", mixture),
)


def drawn(rows: list[Row]) -> NDArray[np.uint8]:
    """Lay rows of tiles out, with their labels: BGR."""
    side = 112
    columns = max(len(tiles) for _, tiles in rows)
    named = _NAME if any(name for name, _ in rows) else _GAP
    height = len(rows) * (side + _LINE + _GAP) + _GAP
    sheet = np.full((height, named + columns * (side + _GAP), 3), 255, dtype=np.uint8)
    for index, (name, tiles) in enumerate(rows):
        top = _GAP + index * (side + _LINE + _GAP)
        _write(sheet, name, (_GAP, top + side // 2), 0.42)
        for column, (label, tile) in enumerate(tiles):
            left = named + column * (side + _GAP)
            sheet[top : top + side, left : left + side] = tile
            _write(sheet, label, (left, top + side + 12), 0.34)
    return sheet


def _write(sheet: NDArray[np.uint8], text: str, place: tuple[int, int], size: float) -> None:
    cv2.putText(sheet, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, _INK, 1, cv2.LINE_AA)


def main() -> None:
    """Draw all sheets."""
    parser = argparse.ArgumentParser(prog="training.sheets", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER, help=f"default: {FOLDER}")
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    crop = portrait()
    for sheet in track(SHEETS, description="Sheets"):
        path = folder / f"degradations-{sheet.name}.jpg"
        cv2.imwrite(str(path), drawn(list(sheet.rows(crop))), [cv2.IMWRITE_JPEG_QUALITY, 76])


if __name__ == "__main__":
    try:
        main()
    except photos.PhotosWrong as wrong:
        sys.exit(f"photos: {wrong}")
