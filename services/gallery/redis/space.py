"""The names of everything that a gallery keeps in Redis, and how single names sort.

All of them carry one hash tag, so that a cluster keeps them on one node, where a script
may touch them together.

    head                      the last write: see `head`
    writes                    stream, one entry a write: see `entries`
    collections               zset, score 0: <name> NUL <record>
    answer:<request id>       what a write answered; expires
    turn, wipe, wiping        see `writer` and `wiping`
    sealing                   hash, key that vectors may be sealed with: how often it was used
    <c>:persons               zset, score 0: <name> NUL <record>
    <c>:templates             zset, score = key of the template: record
    <c>:owned                 zset, score = key of the person: key of the template
    <c>:vectors               hash, key of the template: see `gallery.sealing`
    <c>:told, <c>:told:<day>  what remembered answers tell of people: see `remembered`

`<c>` is a collection's key. Records are in `packed`.
"""

from dataclasses import dataclass

NUL = b"\x00"
_BEHIND = b"\x01"
"""Sorts behind NUL, and before everything that a name is made of."""

LAST = b"+"
"""Behind every name."""


@dataclass(frozen=True, slots=True)
class Space:
    """The keys of one gallery."""

    gallery: str
    """Sets galleries apart that share a Redis."""

    def key(self, name: str) -> str:
        """Spell a key out."""
        return f"{{sureface:{self.gallery}}}:{name}"

    @property
    def head(self) -> str:
        """Where history has come to."""
        return self.key("head")

    @property
    def turn(self) -> str:
        """Who may write alone for a moment."""
        return self.key("turn")

    @property
    def writes(self) -> str:
        """The stream that replicas follow."""
        return self.key("writes")

    @property
    def collections(self) -> str:
        """Every collection, by name."""
        return self.key("collections")

    @property
    def wipe(self) -> str:
        """Mark of a change whose traces are still in Redis' files."""
        return self.key("wipe")

    @property
    def sealing(self) -> str:
        """Keys that vectors may be sealed with."""
        return self.key("sealing")

    def answer(self, request_id: str) -> str:
        """One remembered answer."""
        return self.key(f"answer:{request_id}")

    def persons(self, collection: int) -> str:
        """Every person, by name."""
        return self.key(f"{collection}:persons")

    def templates(self, collection: int) -> str:
        """Every template, by key."""
        return self.key(f"{collection}:templates")

    def owned(self, collection: int) -> str:
        """Every template, by person."""
        return self.key(f"{collection}:owned")

    def vectors(self, collection: int) -> str:
        """Every vector."""
        return self.key(f"{collection}:vectors")

    def told(self, collection: int, day: str = "") -> str:
        """What answers of a day tell of people; without a day, the days that there are."""
        return self.key(f"{collection}:told:{day}" if day else f"{collection}:told")


def named(name: str) -> tuple[bytes, bytes]:
    """Between what, in a zset by name, the record of that name is."""
    text = name.encode()
    return b"[" + text + NUL, b"(" + text + _BEHIND


def behind(name: str) -> bytes:
    """Where, in a zset by name, the names behind this one begin."""
    return b"[" + name.encode() + _BEHIND
