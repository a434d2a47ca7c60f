"""All kinds of crops without a face, the same ones for every model."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from evaluation import lfw
from evaluation.cutting import Cutter
from evaluation.memory import Arrays, kept
from evaluation.nonfaces import made, photos, pictures

COUNT = 300
"""Crops of each kind."""


def gather(
    data: Path, cutter: Cutter, cache: Path, progress: Progress
) -> dict[str, NDArray[np.uint8]]:
    """Draw them, or cut them out of pictures.

    Args:
        data: The data folder; its `photos` show people, and what is beside them.
        cutter: Says where faces are.
        cache: For published pictures, and for what the detector took minutes to find.
        progress: Shows how far that is.

    Raises:
        PhotosWrong: A published picture cannot be had as pinned.
    """
    folder = cache / "pictures"
    animals = pictures.read(folder, tuple(pictures.ANIMALS))
    return {
        "noise": made.draws(made.noise, COUNT, seed=1),
        "surfaces": made.draws(made.surface, COUNT, seed=2),
        "things": pictures.anywhere(pictures.read(folder, pictures.THINGS), COUNT, seed=4),
        "animals": pictures.anywhere(animals, COUNT, seed=5),
        "animals' faces": pictures.animal_faces(folder, COUNT, seed=6),
        **_of_photos(data, cutter, cache, progress),
    }


def _of_photos(
    data: Path, cutter: Cutter, cache: Path, progress: Progress
) -> dict[str, NDArray[np.uint8]]:
    files = sorted((data / "photos").glob("*/*.jpg"))
    task = progress.add_task("no faces", total=2 * len(files))

    def advance(count: int) -> None:
        progress.advance(task, count)

    def make() -> Arrays:
        return {
            "backgrounds": photos.backgrounds(files, cutter, COUNT, seed=3, advance=advance),
            "backs of heads": photos.backs(files, cutter, COUNT, advance=advance),
        }

    path = cache / f"nonfaces-{COUNT}-{lfw.key(files, cutter)}.npz"
    found = dict(kept(path, make, known=lambda: advance(2 * len(files))))
    progress.update(task, completed=2 * len(files))
    return found
