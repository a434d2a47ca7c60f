"""Label sets in memory: each different one once, and known by a number."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.gallery import labels


class LabelSets:
    """Numbers for label sets, and which of them have which labels.

    Most templates share their labels with many others, so a filter is decided once for
    each set, not for each template.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._having: dict[tuple[str, str], list[int]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def numbers(self, texts: Sequence[str]) -> NDArray[np.int32]:
        """The number of each set, given as `labels.dump` writes it; shape (n,)."""
        return np.fromiter(map(self._number, texts), np.int32, len(texts))

    def having(self, wanted: Mapping[str, str]) -> NDArray[np.bool_]:
        """Which sets have all the wanted labels; shape (len,)."""
        allowed = np.ones(len(self), np.bool_)
        for label in wanted.items():
            with_it = np.zeros(len(self), np.bool_)
            with_it[self._having.get(label, [])] = True
            allowed &= with_it
        return allowed

    def _number(self, text: str) -> int:
        known = self._numbers.get(text)
        if known is not None:
            return known
        number = self._numbers[text] = len(self._numbers)
        for label in labels.load(text).items():
            self._having.setdefault(label, []).append(number)
        return number
