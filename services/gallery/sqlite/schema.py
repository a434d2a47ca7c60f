"""The tables, and how older files become newer ones."""

import sqlite3
from collections.abc import Sequence

from meshkit.config import ConfigError
from services.gallery import labels

Migration = Sequence[str]
"""Statements that lead from one version of the schema to the next."""

_FIRST: Migration = (
    """CREATE TABLE collection (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        collection_id TEXT NOT NULL UNIQUE,
        contract_id TEXT NOT NULL,
        dimension INTEGER NOT NULL,
        person_count INTEGER NOT NULL DEFAULT 0,
        template_count INTEGER NOT NULL DEFAULT 0,
        created_us INTEGER NOT NULL
    )""",
    # AUTOINCREMENT: a key is never used again, not even after its row is gone.
    """CREATE TABLE person (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        collection INTEGER NOT NULL REFERENCES collection,
        person_id TEXT NOT NULL,
        labels TEXT NOT NULL,
        template_count INTEGER NOT NULL DEFAULT 0,
        created_us INTEGER NOT NULL,
        UNIQUE (collection, person_id)
    )""",
    # Vectors are float32, little-endian, unit length.
    """CREATE TABLE template (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        collection INTEGER NOT NULL REFERENCES collection,
        person INTEGER NOT NULL REFERENCES person,
        quality REAL NOT NULL,
        source_id TEXT NOT NULL,
        created_us INTEGER NOT NULL,
        vector BLOB NOT NULL
    )""",
    "CREATE INDEX template_collection ON template (collection)",
    "CREATE INDEX template_person ON template (person)",
    # One row a write: its position in history, and what was answered.
    """CREATE TABLE answered (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        request_id TEXT NOT NULL UNIQUE,
        rpc TEXT NOT NULL,
        digest BLOB NOT NULL,
        answer TEXT NOT NULL,
        person INTEGER,
        created_us INTEGER NOT NULL
    )""",
    "CREATE INDEX answered_person ON answered (person) WHERE person IS NOT NULL",
)

_SECOND: Migration = (
    "ALTER TABLE collection ADD COLUMN plan TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE template ADD COLUMN captured_us INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE template ADD COLUMN labels TEXT NOT NULL DEFAULT '{}'",
    "UPDATE template SET captured_us = created_us",
    "UPDATE person SET labels = canonical_labels(labels)",
    # A follower reads all columns but the vectors from here, by rising key.
    """CREATE INDEX template_columns
        ON template (collection, key, person, quality, captured_us, labels)""",
    "DROP INDEX template_collection",
)

_THIRD: Migration = (
    # From here on vectors may be sealed (`meshkit.sealing`). One row for each key that some may
    # be sealed with, and how often it was used.
    "CREATE TABLE sealing (key_id TEXT PRIMARY KEY, uses INTEGER NOT NULL)",
    "INSERT INTO sealing SELECT 'unsealed', 1 WHERE EXISTS (SELECT 1 FROM template)",
)

MIGRATIONS: Sequence[Migration] = (_FIRST, _SECOND, _THIRD)
"""Number i leads from version i to i + 1. Published ones never change; new ones follow.

They may call ``canonical_labels``.
"""


def upgrade(db: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring a file to the newest version, each step whole or not at all.

    Raises:
        ConfigError: It is of a version that this program does not know, or not ours.
    """
    [version] = db.execute("PRAGMA user_version").fetchone()
    if version > len(migrations):
        raise ConfigError(
            f"it has schema {version}, this program knows {len(migrations)}: run a newer gallery"
        )
    if version == 0 and db.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise ConfigError("it belongs to another program")
    db.create_function("canonical_labels", 1, lambda text: labels.dump(labels.load(text)))
    for number, statements in enumerate(migrations[version:], start=version + 1):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise
