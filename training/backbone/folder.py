"""A folder of aligned crops, one subfolder for each person."""

import hashlib
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from degradations import mix
from evaluation.crops import Crop

_SUFFIXES = {".jpg", ".jpeg", ".png"}


class CropFolder(Dataset[tuple[Tensor, int]]):
    """`DIR/person/photo.jpg`, 112 x 112 on the five-point template of `faces.alignment`."""

    def __init__(self, folder: Path, *, spoil: float = 0.0, occlude: float = 0.0) -> None:
        """List a folder.

        Args:
            folder: One subfolder a person, of two people at least.
            spoil: Share of crops that a camera spoils on the way in.
            occlude: Share of crops with something in front of the face.

        Raises:
            ValueError: The folder has no photo, or photos of one person only, or its first
                photo is no picture of 112 x 112 pixels.
        """
        self.photos = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in _SUFFIXES)
        if not self.photos:
            raise ValueError(f"{folder} has no photo; expected {folder}/PERSON/PHOTO.jpg")
        self.names = sorted({photo.parent.name for photo in self.photos})
        if len(self.names) == 1:
            raise ValueError(f"{folder} has one person only: there is nobody to tell apart")
        _read(self.photos[0])
        numbers = {name: number for number, name in enumerate(self.names)}
        self.persons = np.array([numbers[photo.parent.name] for photo in self.photos])
        self._spoil, self._occlude = spoil, occlude

    @property
    def digest(self) -> str:
        """Of what a training sees: the same only for the same photos, spoiled as often."""
        names = [f"{photo.parent.name}/{photo.name}" for photo in self.photos]
        told = json.dumps([*names, self._spoil, self._occlude])
        return hashlib.sha256(told.encode()).hexdigest()

    def __len__(self) -> int:
        """Photos."""
        return len(self.photos)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        """One crop as the network wants it, mirrored or not, and its person's number.

        Raises:
            ValueError: The photo is no picture of 112 x 112 pixels.
        """
        crop = _read(self.photos[row])
        seed = int(torch.randint(2**31, ()))
        generator = np.random.default_rng(seed)
        return tensor(self._varied(crop, generator)), int(self.persons[row])

    def _varied(self, crop: Crop, generator: np.random.Generator) -> Crop:
        if generator.random() < 0.5:  # noqa: PLR2004  # a mirror image is as likely
            crop = np.ascontiguousarray(crop[:, ::-1])
        return mix(crop, generator, occlude=self._occlude, spoil=self._spoil).crop


class SeveralEach(Sampler[list[int]]):
    """Batches of `persons` people with `each` photos: what `Triplet` needs."""

    def __init__(
        self, persons: NDArray[np.int64], *, size: int, each: int = 4, processes: int = 1
    ) -> None:
        """Draw batches of `size` crops, so many that all processes make one pass over all photos.

        A batch is smaller if there are too few people. Who has fewer than `each` photos is shown
        some of them twice.
        """
        self._rows = [np.flatnonzero(persons == number) for number in range(persons.max() + 1)]
        self._size, self._each = size, each
        self._count = max(1, len(persons) // (size * processes))

    def __len__(self) -> int:
        """Batches."""
        return self._count

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204  # Sampler's own type varies
        """Rows of each batch."""
        generator = np.random.default_rng(int(torch.randint(2**31, ())))
        wanted = min(max(2, self._size // self._each), len(self._rows))
        for _ in range(self._count):
            people = generator.permutation(len(self._rows))[:wanted]
            yield [
                int(row)
                for person in people
                for row in generator.choice(
                    self._rows[person], self._each, replace=len(self._rows[person]) < self._each
                )
            ]


def _read(photo: Path) -> Crop:
    crop = cv2.imread(str(photo))
    if crop is None or crop.shape != (112, 112, 3):
        raise ValueError(f"{photo} is no picture of 112 x 112 pixels")
    return crop.astype(np.uint8, copy=False)


def tensor(crop: Crop) -> Tensor:
    """A crop as every network here takes it: shape (3, 112, 112), (pixel - 127.5) / 128."""
    return (torch.from_numpy(crop.transpose(2, 0, 1).astype(np.float32)) - 127.5) / 128.0
