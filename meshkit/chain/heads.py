"""Where a chain stands: all that somebody has to keep to know it again."""

import re
from typing import NamedTuple

_HEAD = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


class Head(NamedTuple):
    """A record by its place and its hash, which stands for all that came before it."""

    position: int
    """From 1 on."""

    hash: str
    """64 hexadecimal digits."""

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """The inverse of `str`.

        Raises:
            ValueError: It is not of this form.
        """
        found = _HEAD.fullmatch(text)
        if not found:
            raise ValueError("need POSITION:HASH, as `sureface audit head` prints it")
        return cls(int(found[1]), found[2])


START = Head(0, "0" * 64)
"""What the first record comes after."""
