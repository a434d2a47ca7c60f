"""What the gallery measures, beside what every server does.

Sums over all collections: their number is the callers' to choose, and a metric must not
grow with it. `GetCollectionStats` tells of one.
"""

from collections.abc import Sequence

from prometheus_client import Counter, Gauge

from services.gallery.shelf import Shelf

POSITION = Gauge("gallery_applied_position", "The last write that searches see.")
REPLICATION_LAG = Gauge(
    "gallery_replication_lag", "Writes of the store that searches do not see yet."
)
COLLECTIONS = Gauge("gallery_collections", "Collections.")
PERSONS = Gauge("gallery_persons", "Persons in memory, in all collections.")
TEMPLATES = Gauge("gallery_templates", "Templates in memory, in all collections.")
TOMBSTONES = Gauge("gallery_tombstones", "Deleted templates that take room.")
INDEX_BYTES = Gauge("gallery_index_bytes", "Memory of all indexes.")
REBUILDS = Counter("gallery_rebuilds_total", "Indexes rebuilt while they were in use.", ["reason"])


def show(shelves: Sequence[Shelf], *, position: int, lag: int) -> None:
    """Set the gauges.

    Args:
        shelves: All collections.
        position: The last write that they have seen.
        lag: Writes that they have not.
    """
    POSITION.set(position)
    REPLICATION_LAG.set(lag)
    COLLECTIONS.set(len(shelves))
    PERSONS.set(sum(len(shelf.roster) for shelf in shelves))
    TEMPLATES.set(sum(shelf.table.visible_count for shelf in shelves))
    TOMBSTONES.set(sum(shelf.tombstones for shelf in shelves))
    INDEX_BYTES.set(sum(shelf.index.memory_bytes() for shelf in shelves))
