"""The people of the training data: crops, who is who, and who is kept aside."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from evaluation.aside import aside
from evaluation.crops import list_photos, read
from evaluation.duplicates import merge_duplicates
from evaluation.embedding import Vectors, open_embedder
from evaluation.probes import unit
from training import arrays

_CACHE = "people.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """All crops in memory; the first axis is the photo everywhere."""

    crops: NDArray[np.uint8]
    """Shape (n, 112, 112, 3), BGR."""

    raw: NDArray[np.float32]
    """Shape (n, 512): the frozen embedder's vectors."""

    person: NDArray[np.int64]
    """Shape (n,). Who is in the data under two names has one number."""

    profile: NDArray[np.bool_]
    """Shape (n,): seen from the side. Such a photo is never a reference."""

    inter_eye_px: NDArray[np.float32]
    """Shape (n,): in the picture that the crop was cut from."""

    aside: NDArray[np.bool_]
    """Shape (n,): of a person whom no fit sees; all that is trained has the same split, so that no
    part learns from people by whom another is chosen."""

    def centres(self, wanted: NDArray[np.bool_]) -> Vectors:
        """Mean directions of the persons of some photos, profiles left out.

        Args:
            wanted: Shape (n,).

        Returns:
            Shape (p, 512), unit length, by rising number of the person.
        """
        chosen = wanted & ~self.profile
        directions = unit(self.raw)[chosen]
        _, place = np.unique(self.person[chosen], return_inverse=True)
        sums = np.zeros((int(place.max()) + 1, directions.shape[1]), np.float32)
        np.add.at(sums, place, directions)
        return unit(sums)


def gather(data: Path, cache: Path, *, models: Path = Path("models")) -> People:
    """Read all crops and embed them with the frozen model, or take both from `cache`.

    Args:
        data: Folder with `train/index.csv`.
        cache: Folder for what takes minutes; delete it when the data change.
        models: Folder with `models.toml`.

    Raises:
        ValueError: The cache is of another number of photos.
    """
    photos = list_photos(data)
    kept = cache / _CACHE
    if not kept.exists():
        crops = np.stack([read(photo) for photo in track(photos, description="reading")])
        embedder = open_embedder(models, "mobilefacenet")
        raw = embedder.embed(len(crops), lambda i: crops[i], title="vectors")
        arrays.save(kept, {"crops": crops, "raw": raw})
    with np.load(kept) as stored:
        crops, raw = stored["crops"], stored["raw"]
    if len(crops) != len(photos):
        raise ValueError(f"{kept} is of other photos than {data}: delete it")
    names = np.unique([photo.identity for photo in photos], return_inverse=True)[1]
    person = merge_duplicates(unit(raw), names)
    return People(
        crops=crops,
        raw=raw,
        person=person,
        profile=np.array([photo.profile for photo in photos]),
        inter_eye_px=np.array([photo.inter_eye_px for photo in photos], np.float32),
        aside=aside(person),
    )
