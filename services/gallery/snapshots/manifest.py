"""The first part of a snapshot: what it is of, and how to read it."""

import dataclasses
import itertools
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

MAGIC = b"SFSNAP02"
"""Changes with the format: an older file is not read."""

_FIXED = len(MAGIC) + 12
"""Bytes of the magic, the length of the rest (8) and its checksum (4)."""

_LONGEST = 2**28
"""Bytes of a manifest, whatever a damaged file says."""


class Unreadable(Exception):
    """A snapshot is damaged, or of something else. Its text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a snapshot says of itself."""

    collection: int
    """The collection's key, which another database might have given to another one:"""
    created_us: int
    contract_id: str
    dimension: int
    asked: str
    """The plan that the index was to have, as `Plan.dump` writes it."""

    plan: str
    """The plan that it has."""

    key_id: str
    """Of the key that parts and blocks are sealed with, or `UNSEALED`."""

    rows: int
    code_bytes: int
    """Of each row: its vector's and its first stage's."""

    parts: tuple[bytes, ...] = field(repr=False)
    """What was learned: the quantizer, and the first stage without codes if there is one."""

    def dump(self) -> bytes:
        """Write everything down, checksummed."""
        fields = dataclasses.asdict(self) | {"parts": [len(part) for part in self.parts]}
        body = json.dumps(fields).encode() + b"\n" + b"".join(self.parts)
        return MAGIC + len(body).to_bytes(8) + zlib.crc32(body).to_bytes(4) + body

    @classmethod
    def load(cls, read: Callable[[int], bytes]) -> tuple["Manifest", int]:
        """Read what `dump` wrote, and how long that is.

        Raises:
            Unreadable: It is none, or damaged.
        """
        fixed = read(_FIXED)
        if len(fixed) < _FIXED or not fixed.startswith(MAGIC):
            raise Unreadable("it is of another format")
        body = read(min(int.from_bytes(fixed[8:16]), _LONGEST))
        if zlib.crc32(body) != int.from_bytes(fixed[16:]):
            raise Unreadable("its manifest is damaged")
        line, _, blob = body.partition(b"\n")
        fields = json.loads(line)
        ends = [sum(fields["parts"][:n]) for n in range(len(fields["parts"]) + 1)]
        parts = tuple(blob[a:b] for a, b in itertools.pairwise(ends))
        return cls(**fields | {"parts": parts}), _FIXED + len(body)
