"""A folder of aligned crops, one subfolder for each person."""

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
            folder: One subfolder a person, with at least one photo in one of them.
            spoil: Share of crops that a camera spoils on the way in.
            occlude: Share of crops with something in front of the face.

        Raises:
            ValueError: The folder has no photo.
        """
        self.photos = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in _SUFFIXES)
        if not self.photos:
            raise ValueError(f"{folder} has no photo; expected {folder}/PERSON/PHOTO.jpg")
        self.names = sorted({photo.parent.name for photo in self.photos})
        numbers = {name: number for number, name in enumerate(self.names)}
        self.persons = np.array([numbers[photo.parent.name] for photo in self.photos])
        self._spoil, self._occlude = spoil, occlude

    def __len__(self) -> int:
        """Photos."""
        return len(self.photos)

    def __getitem__(self, row: int) -> tuple[Tensor, int]:
        """One crop as the network wants it, mirrored or not, and its person's number.

        Raises:
            ValueError: The photo is no picture of 112 x 112 pixels.
        """
        crop = cv2.imread(str(self.photos[row]))
        if crop is None or crop.shape != (112, 112, 3):
            raise ValueError(f"{self.photos[row]} is no picture of 112 x 112 pixels")
        seed = int(torch.randint(2**31, ()))
        generator = np.random.default_rng(seed)
        return tensor(self._varied(crop.astype(np.uint8), generator)), int(self.persons[row])

    def _varied(self, crop: Crop, generator: np.random.Generator) -> Crop:
        if generator.random() < 0.5:  # noqa: PLR2004  # a mirror image is as likely
            crop = np.ascontiguousarray(crop[:, ::-1])
        return mix(crop, generator, occlude=self._occlude, spoil=self._spoil).crop


class SeveralEach(Sampler[list[int]]):
    """Batches of `persons` people with `each` photos: what `Triplet` needs."""

    def __init__(self, persons: NDArray[np.int64], *, size: int, each: int = 4) -> None:
        """Draw batches of `size` crops, as many as make one pass over all photos."""
        self._rows = [np.flatnonzero(persons == number) for number in range(persons.max() + 1)]
        self._size, self._each, self._count = size, each, max(1, len(persons) // size)

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
                for row in generator.choice(self._rows[person], self._each)
            ]


def tensor(crop: Crop) -> Tensor:
    """A crop as every network here takes it: shape (3, 112, 112), (pixel - 127.5) / 128."""
    return (torch.from_numpy(crop.transpose(2, 0, 1).astype(np.float32)) - 127.5) / 128.0
