"""Draw before and after: ``python -m training.enhancer.sheet``, into docs/images/enhancement.jpg.

The only face is NASA's portrait of Eileen Collins (`training.sheets`), spoiled as the evaluation
spoils probes. What an enhancer made of it is a guess, and the sheet says so.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from degradations import Crop
from evaluation.enhancement.graphs import CROP, DENOISED, Enhancer
from evaluation.enhancement.ladders import CENTRE, ladders
from evaluation.enhancement.models import SERVED, open_enhancer
from evaluation.enhancement.shots import Taken, take
from meshkit.config import ConfigError
from tools import photos
from training.sheets import Row, drawn, portrait

FILE = Path("docs/images/enhancement.jpg")
"""Where the sheet goes unless the caller names another file."""

SHOTS = {
    "56 px, ISO 3200": CENTRE,
    "56 px, ISO 12800": replace(CENTRE, iso=12800.0),
    "28 px, ISO 1600": replace(CENTRE, across=28.0, iso=1600.0),
    "28 px, ISO 6400": replace(CENTRE, across=28.0, iso=6400.0),
    "14 px, ISO 3200": replace(CENTRE, across=14.0),
    "motion 9 px": replace(CENTRE, motion=9.0),
    "JPEG 10": replace(CENTRE, quality=10.0),
}
"""Of faces that are small in the frame."""

_SEED = 4

_LABELS = {DENOISED: "denoised", CROP: "enhanced: a guess"}


def rows(crop: Crop, enhancer: Enhancer) -> Iterator[Row]:
    """A line for each way to spoil a crop, and one for the crop as it is."""
    yield _row("as it is", crop, Taken(crop, 1.0, float(crop.shape[1])), enhancer)
    for name, shot in SHOTS.items():
        yield _row(name, crop, take(crop, shot, np.random.default_rng(_SEED)), enhancer)
    for setting in ladders():
        if setting.group == "scenes" and setting.name.endswith(" 1"):
            taken = setting.take(crop, np.random.default_rng(_SEED))
            yield _row(setting.name, crop, taken, enhancer)


def _row(name: str, crop: Crop, taken: Taken, enhancer: Enhancer) -> Row:
    made = enhancer.enhance(taken.crop[None], np.array([taken.scale], dtype=np.float32))
    after = [(label, made[part][0]) for part, label in _LABELS.items() if part in made]
    return name, [("clean", crop), ("before", taken.crop), *after]


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(prog="training.enhancer.sheet", description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--enhancer", default=SERVED, help="in models.toml (%(default)s)")
    parser.add_argument("--out", type=Path, default=FILE, help="default: %(default)s")
    arguments = parser.parse_args()
    enhancer = open_enhancer(arguments.models, arguments.enhancer)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(arguments.out), drawn(list(rows(portrait(), enhancer))))
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    try:
        main()
    except (ConfigError, photos.PhotosWrong) as wrong:
        sys.exit(f"sheet: {wrong}")
