"""The head of history: one value that every write compares and sets.

History is a chain. Each commit has a random token, and each entry of the stream names
the token before it, so that a replica notices if what it has followed is no longer what
the store holds: after a flush, an older backup, or a failover that lost writes.
"""

import secrets
from dataclasses import dataclass

from redis.exceptions import ResponseError

VERSION = 2
"""Of everything in `space`. A replica of another version leaves the store alone."""


class ForeignHeadError(ResponseError):
    """The store was written by another version of this program, or by another program."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where history has come to."""

    position: int = 0
    """Place of the last write; 0 before the first."""

    last_key: int = 0
    """The largest key given out, of whatever kind."""

    token: str = ""
    """Of the last commit."""

    def dump(self) -> str:
        """Write it down; the empty head is no value at all."""
        return f"{VERSION} {self.position} {self.last_key} {self.token}" if self.token else ""

    @classmethod
    def load(cls, value: bytes | None) -> "Head":
        """Read what `dump` wrote.

        Raises:
            ForeignHeadError: It is of another version.
        """
        if not value:
            return cls()
        version, _, fields = value.decode(errors="replace").partition(" ")
        if version != str(VERSION):
            raise ForeignHeadError(f"it has schema {version!r}, this program writes {VERSION}")
        position, last_key, token = fields.split(" ")
        return cls(int(position), int(last_key), token)


def new_token() -> str:
    """Draw a token for a commit."""
    return secrets.token_hex(8)


def first_key(last_key: int, now_us: int) -> int:
    """Choose the next key.

    Keys are not only larger than all before, but also than the time in microseconds:
    should Redis lose the last seconds of history, their keys are not given out again,
    and no index confuses a new template with a lost one.
    """
    return max(last_key + 1, now_us)
