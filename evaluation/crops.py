"""The aligned training crops of the data folder, and a split of them by identity."""

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Crop = NDArray[np.uint8]
"""Shape (112, 112, 3), BGR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One crop on disk."""

    path: Path
    """The JPEG file."""

    identity: str
    """``source/identity``: the two sources number their people independently."""

    profile: bool
    """Seen from the side. Such a crop may be a probe, never a reference: nobody enrols one."""

    inter_eye_px: float
    """Between the eye centres in the picture that it was cut from."""


def list_photos(data: Path) -> list[Photo]:
    """Read the index of `data`, sorted by path so that a seed means the same everywhere."""
    with (data / "train" / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["path"])
    return [
        Photo(
            path=data / row["path"],
            identity=f"{row['source']}/{row['identity']}",
            profile="profile" in Path(row["path"]).name,
            inter_eye_px=float(row["source_inter_eye_px"]),
        )
        for row in rows
    ]


def read(photo: Photo) -> Crop:
    """Load one crop.

    Raises:
        FileNotFoundError: It is missing or not an image.
    """
    crop = cv2.imread(str(photo.path))
    if crop is None:
        raise FileNotFoundError(photo.path)
    return crop.astype(np.uint8, copy=False)


def held_out(photos: list[Photo], *, share: float, generator: np.random.Generator) -> set[str]:
    """Pick the identities that a fit must not see, about `share` of them."""
    identities = sorted({photo.identity for photo in photos})
    picked = generator.permutation(len(identities))[: round(share * len(identities))]
    return {identities[index] for index in picked}
