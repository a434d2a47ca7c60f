"""Which keys a file's vectors are sealed with, and how they come to be sealed with another."""

import sqlite3
from collections.abc import Iterable, Mapping

from meshkit.sealing import key_of
from services.gallery.sealing import Resealed, Sealing

_PAGE = 512
"""Templates of one transaction: a megabyte or so, which other writes wait for."""

_NEXT = "SELECT key, vector FROM template WHERE collection = ? AND key > ? ORDER BY key LIMIT ?"


def note(db: sqlite3.Connection, kept: Iterable[bytes]) -> None:
    """Count a use of each key that vectors are sealed with, in the transaction that keeps them."""
    db.executemany(
        "INSERT INTO sealing VALUES (?, 1) ON CONFLICT DO UPDATE SET uses = uses + 1",
        [(key_id,) for key_id in set(map(key_of, kept))],
    )


def uses(db: sqlite3.Connection) -> Mapping[str, int]:
    """How often each key was used that some vector may be sealed with."""
    return dict(db.execute("SELECT key_id, uses FROM sealing").fetchall())


def page(db: sqlite3.Connection, sealing: Sealing, collection: int, after: int) -> Resealed:
    """Seal the next templates of a collection with the key in use: see `Store.reseal`."""
    found = db.execute(_NEXT, (collection, after, _PAGE)).fetchall()
    done = [(again, key) for key, kept in found if (again := sealing.again(collection, key, kept))]
    db.executemany("UPDATE template SET vector = ? WHERE key = ?", done)
    note(db, [again for again, _ in done])
    return Resealed(last=found[-1][0] if found else None, seen=len(found), changed=len(done))


def retire(db: sqlite3.Connection, sealing: Sealing, before: Mapping[str, int]) -> None:
    """Forget keys that were not used since: see `Store.retire`."""
    db.executemany(
        "DELETE FROM sealing WHERE key_id = ? AND uses = ? AND key_id != ?",
        [(key_id, count, sealing.sealer.key_id) for key_id, count in before.items()],
    )
