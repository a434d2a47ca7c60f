"""Label sets in memory: each different one once, and known by a number."""

import itertools
from collections.abc import Mapping, Sequence
from sys import getsizeof

import numpy as np
from numpy.typing import NDArray

from services.gallery import labels
from services.gallery.columns import Column

Numbers = NDArray[np.int32]
"""Shape (n,): numbers of label sets, which are never used again."""


_SOME = 1000


class LabelSets:
    """Numbers for label sets, and which of them have which labels.

    Most templates share their labels with many others, so a filter is decided once for
    each set, not for each template. Labels can tell of a person, so a set that nobody has
    any more is forgotten at once.
    """

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}
        self._having: dict[tuple[str, str], set[int]] = {}
        self._held = Column[np.int64](np.int64)
        """How many have each set."""

    def __len__(self) -> int:
        """Numbers given so far."""
        return len(self._texts)

    @property
    def nbytes(self) -> int:
        """Memory, roughly: texts are taken to be as long as those of the first thousand."""
        texts = [getsizeof(text) for text in itertools.islice(self._numbers, _SOME)]
        labels = [sum(map(getsizeof, each)) for each in itertools.islice(self._having, _SOME)]
        tables = getsizeof(self._texts) + getsizeof(self._numbers) + getsizeof(self._having)
        each_text = sum(texts) / max(1, len(texts)) + getsizeof(len(self))
        each_label = sum(labels) / max(1, len(labels)) + getsizeof(("", ""))
        texts_bytes = round(each_text * len(self._numbers) + each_label * len(self._having))
        return self._held.nbytes + tables + texts_bytes + sum(map(getsizeof, self._having.values()))

    def hold(self, texts: Sequence[str]) -> Numbers:
        """Give somebody each set, written as `labels.dump` does; their numbers."""
        numbers = np.fromiter(map(self._number, texts), np.int32, len(texts))
        np.add.at(self._held.values, numbers, 1)
        return numbers

    def release(self, numbers: Numbers) -> None:
        """Take back what `hold` gave."""
        np.subtract.at(self._held.values, numbers, 1)
        for number in np.unique(numbers[self._held.values[numbers] == 0]).tolist():
            self._forget(number)

    def having(self, wanted: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which sets have all the wanted labels; shape (len,)."""
        allowed = np.ones(len(self), np.bool_)
        for label in wanted.items():
            with_it = np.zeros(len(self), np.bool_)
            with_it[list(self._having.get(label, ()))] = True
            allowed &= with_it
        return allowed

    def _number(self, text: str) -> int:
        known = self._numbers.get(text)
        if known is not None:
            return known
        number = self._numbers[text] = len(self._texts)
        self._texts.append(text)
        self._held.extend(np.zeros(1, np.int64))
        for label in labels.load(text).items():
            self._having.setdefault(label, set()).add(number)
        return number

    def _forget(self, number: int) -> None:
        text, self._texts[number] = self._texts[number], ""
        del self._numbers[text]
        for label in labels.load(text).items():
            self._having[label].remove(number)
            if not self._having[label]:
                del self._having[label]
