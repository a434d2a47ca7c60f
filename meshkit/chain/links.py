"""One record of a chain, as bytes. Knows nothing of files.

A record is one line of JSON in ASCII, without spaces between its members:

    {"position":7,"previous":"<64 hex>","kind":"…","time":"…", … ,"hash":"<64 hex>"}

`hash` is that of the same line without its last member, so that nobody has to agree on a
way to write JSON: what is hashed is what is there. `previous` is the hash of the record
before, or 64 zeros.
"""

import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from meshkit.chain.heads import Head
from meshkit.chain.seals import Seal

_LINE = re.compile(
    rb'(\{"position":([1-9][0-9]{0,17}),"previous":"([0-9a-f]{64})"'
    rb',"kind":"([a-z_]+)","time":"([0-9T:.+-]+)"(?:,.+)?)'
    rb',"(hash|mac)":"([0-9a-f]{64})"\}\n'
)

_END = re.compile(rb',"(?:hash|mac)":"[0-9a-f]{64}"\}')
_PLAIN = re.compile(rb"[ -~]*")

_OURS = {"position", "previous", "hash", "mac"}


class ChainBroken(Exception):
    """A record is not what, or not where, it was. The text says so in a line for people."""

    def __init__(self, what: str, *, position: int = 0, file: str = "", line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.position = position
        """Of the first record that is wrong; 0 if unknown."""
        self.file = file
        """Where it is, by name; empty if unknown."""
        self.line = line
        """Its line in there, from 1 on; 0 if it is about no line."""

    def __str__(self) -> str:
        place = [f"record {self.position}"] if self.position else []
        place += [self.file + (f" line {self.line}" if self.line else "")] if self.file else []
        return ": ".join([", ".join(place), self.what] if place else [self.what])


class Entry(NamedTuple):
    """What a chain needs to know of a record."""

    head: Head
    previous: str
    kind: str
    time: str
    line: bytes
    """All of it, newline included."""

    @property
    def before(self) -> Head:
        """What it says it comes after."""
        return Head(self.head.position - 1, self.previous)


def encode(record: Mapping[str, object]) -> bytes:
    """A record as it will stand in a line: ``kind`` and ``time`` first.

    Raises:
        ValueError, KeyError, TypeError: It is no record, which is a bug of who made it.
    """
    if not _OURS.isdisjoint(record):
        raise ValueError(f"{sorted(_OURS & record.keys())} belong to the chain")
    ordered = {"kind": record["kind"], "time": record["time"], **record}
    return json.dumps(ordered, separators=(",", ":"), allow_nan=False).encode("ascii")


def link(after: Head, seal: Seal, encoded: bytes) -> tuple[bytes, Head]:
    """Append a record to a chain.

    Args:
        after: The chain's last record.
        seal: How to hash.
        encoded: By `encode`.

    Returns:
        The line, newline included, and the chain's new head.
    """
    position = after.position + 1
    content = b'{"position":%d,"previous":"%b",%b' % (position, after.hash.encode(), encoded[1:])
    digest = seal.of(content)
    line = b'%b,"%b":"%b"}\n' % (content[:-1], seal.member, digest.encode())
    return line, Head(position, digest)


def finished(rest: bytes, seal: Seal, after: Head) -> Entry | None:
    """Judge what is behind the last newline of a chain.

    Args:
        rest: At least one byte.
        seal: How records must have been hashed.
        after: The last record before it.

    Returns:
        The record, if only its newline is missing. None if it was never finished: what a
        crash leaves of a write, and nobody was told of.

    Raises:
        ChainBroken: It is neither.
    """
    # Where power fails, a file may keep its length and lose what was in there.
    written = rest.rstrip(b"\0")
    begin = b'{"position":%d,"previous":"%b",' % (after.position + 1, after.hash.encode())
    end = _END.search(written)
    fits = begin.startswith(written[: len(begin)]) and _PLAIN.fullmatch(written)
    if not fits or (end and end.end() < len(written)):
        what = "behind the record before it is something that no crash leaves"
        raise ChainBroken(what, position=after.position + 1)
    return read(written + b"\n", seal, after) if end else None


def read(line: bytes, seal: Seal, after: Head | None) -> Entry:
    """Check a line against its own hash and against the record before it.

    Args:
        line: With its newline.
        seal: How it must have been hashed.
        after: The record before it; None to take its word for that.

    Raises:
        ChainBroken: It was changed, or does not belong here.
    """
    expected = after.position + 1 if after else 0
    found = _LINE.fullmatch(line)
    if not found:
        raise ChainBroken("this is no record, or no longer one", position=expected)
    content, position, previous, kind, time, member, digest = found.groups()
    entry = Entry(
        Head(int(position), digest.decode()), previous.decode(), kind.decode(), time.decode(), line
    )
    place = expected or entry.head.position
    if member != seal.member:
        how = "with a key, and none is given" if member == b"mac" else "without the key"
        raise ChainBroken(f"it is sealed {how}", position=place)
    if seal.of(content + b"}") != entry.head.hash:
        other = ", or sealed with another key" if seal.key else ""
        raise ChainBroken(f"its content does not fit its hash: changed{other}", position=place)
    if after and entry.head.position != expected:
        what = f"record {position.decode()} is in its place: records are missing, added or moved"
        raise ChainBroken(what, position=place)
    if after and entry.previous != after.hash:
        what = "it follows another record than the one before it: one of them was replaced"
        raise ChainBroken(what, position=place)
    return entry
