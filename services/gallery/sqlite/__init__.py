"""The store as one SQLite file: durable, exclusive, in this very process."""

from services.gallery.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
