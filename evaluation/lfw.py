"""LFW as crops: labelled pairs, each of two of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress

from bench import pairs
from evaluation.cutting import Cutter
from evaluation.logistic import Events
from evaluation.measures.bootstrap import People
from evaluation.memory import Arrays, fingerprint, kept, nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Mated:
    """Pairs of one person each: what is enrolled, and what is compared with it."""

    references: NDArray[np.int64]
    """Shape (n,): photos that stay clean."""

    probes: NDArray[np.int64]
    """Shape (n,): photos that are spoiled."""

    people: People
    """Shape (n,): who is on them."""

    def fewer(self, most: int) -> "Mated":
        """At most so many of them, spread evenly."""
        count = len(self.probes)
        rows = np.linspace(0, count - 1, min(most, count)).round().astype(int)
        return Mated(
            references=self.references[rows],
            probes=self.probes[rows],
            people=self.people[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Labelled pairs of crops. Rows of `crops` are called photos."""

    crops: NDArray[np.uint8]
    """Shape (n, 112, 112, 3), BGR."""

    people: People
    """Shape (n,)."""

    first: NDArray[np.int64]
    """Shape (m,): a photo."""

    second: NDArray[np.int64]
    """Shape (m,): another one."""

    same: Events
    """Shape (m,): whether they show one person."""

    folds: People
    """Shape (m,)."""

    def mated(self, most: int) -> "Mated":
        """The mated pairs, or `most` of them, spread evenly."""
        first, second = self.first[self.same], self.second[self.same]
        return Mated(
            references=first,
            probes=second,
            people=self.people[second],
        ).fewer(most)


def load(data: Path, cutter: Cutter, cache: Path, progress: Progress) -> tuple[Pairs, list[str]]:
    """Cut every picture of `data`/lfw that is in a pair, or take what was cut from `cache`.

    Returns:
        The pairs, and the name of the person on each photo.

    Raises:
        LookupError: No face was found in a picture: it is named.
    """
    labelled = pairs.read(data)
    files = sorted({path for pair in labelled for path in (pair.first, pair.second)})
    crops = _cut(files, cutter, cache, progress)
    place = {path: number for number, path in enumerate(files)}
    names = [path.parent.name for path in files]
    found = Pairs(
        crops=crops,
        people=people(names),
        first=np.array([place[pair.first] for pair in labelled]),
        second=np.array([place[pair.second] for pair in labelled]),
        same=np.array([pair.same for pair in labelled]),
        folds=np.array([pair.fold for pair in labelled]),
    )
    return found, names


def people(names: list[str]) -> People:
    """A number for each name, by their order."""
    return np.asarray(np.unique(names, return_inverse=True)[1], dtype=np.int64)


def _cut(files: list[Path], cutter: Cutter, cache: Path, progress: Progress) -> NDArray[np.uint8]:
    def make() -> Arrays:
        crops = []
        for path in progress.track(files, description="cutting LFW"):
            try:
                crops.append(cutter.crop(path.read_bytes())[0])
            except LookupError as missing:
                raise LookupError(f"{path}: {missing}") from None
        return {"crops": np.stack(crops)}

    found = kept(cache / f"lfw-{key(files, cutter)}.npz", make, known=lambda: nobody(0))
    return found["crops"]


def key(files: list[Path], cutter: Cutter) -> str:
    """A name for what a detector cuts out of pictures."""
    return fingerprint(cutter.sha256, *(f"{path.name} {path.stat().st_size}" for path in files))
