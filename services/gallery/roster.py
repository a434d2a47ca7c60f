"""The persons of one collection in memory: their names, numbers and labels."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.gallery.columns import Column, places
from services.gallery.labelsets import LabelSets
from services.gallery.records import Keys, People


class Roster:
    """Persons by number, which rises with their keys. Numbers are never used again."""

    def __init__(self) -> None:
        self._keys = Column[np.int64](np.int64)
        self._labels = Column[np.int32](np.int32)
        self._names: list[str] = []
        self._numbers: dict[str, int] = {}
        self._sets = LabelSets()

    def __len__(self) -> int:
        """Persons enrolled."""
        return len(self._numbers)

    @property
    def nbytes(self) -> int:
        """Memory, roughly: a name takes two pointers, a number and its text."""
        text = sum(map(len, self._names[:1000])) / max(1, len(self._names[:1000]))
        each = 49 + text + 8 + 104
        columns = self._keys.nbytes + self._labels.nbytes + self._sets.nbytes
        return columns + round(each * len(self._names))

    def put(self, people: People) -> None:
        """Take people in, or their labels if they are known; whoever has left stays away."""
        numbers = self.find(people.keys)
        enrolled = [number >= 0 and self._names[number] != "" for number in numbers.tolist()]
        self._relabel(numbers[enrolled], _chosen(people.labels, enrolled))
        # Whoever has left before comes with a smaller key than the last: not again.
        last = self._keys.values[-1] if len(self._keys) else -1
        new = (people.keys > last).tolist()
        first = len(self._keys)
        self._keys.extend(people.keys[new])
        self._labels.extend(self._sets.hold(_chosen(people.labels, new)))
        names = _chosen(people.person_ids, new)
        self._names += names
        self._numbers.update(zip(names, range(first, first + len(names)), strict=True))

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """The number of each person; -1 for those never known."""
        return places(self._keys.values, keys)

    def name(self, number: int) -> str:
        """How the caller calls a person."""
        return self._names[number]

    def number(self, name: str) -> int | None:
        """Find a person by name."""
        return self._numbers.get(name)

    def remove(self, number: int) -> None:
        """Forget who a number is, and what was told of them."""
        name, self._names[number] = self._names[number], ""
        if name:
            self._sets.release(self._labels.values[[number]])
        if self._numbers.get(name) == number:
            del self._numbers[name]

    def having(self, wanted: dict[str, str]) -> NDArray[np.bool_]:
        """Which persons have all the wanted labels, by number."""
        return self._sets.having(wanted)[self._labels.values]

    def _relabel(self, numbers: NDArray[np.int64], labels: Sequence[str]) -> None:
        held = self._sets.hold(labels)
        self._sets.release(self._labels.values[numbers])
        self._labels.values[numbers] = held


def _chosen(texts: Sequence[str], wanted: Sequence[bool]) -> list[str]:
    return list(itertools.compress(texts, wanted))
