"""How a collection is to be searched, and whether an index was made so."""

from services.gallery.index import Indexes
from services.gallery.plan import Plan


def tuned(text: str) -> Plan | None:
    """What a collection was tuned to; None if nobody did, or in words of another version."""
    try:
        return Plan.load(text) if text else None
    except ValueError:
        return None


def wanted(text: str, indexes: Indexes, count: int) -> Plan:
    """How to search a collection: as it was tuned, or as its size wants.

    Args:
        text: The plan that is stored with it; may be empty.
        indexes: Will make the index.
        count: Its templates.
    """
    return tuned(text) or indexes.plan(count)


def suits(asked: Plan, text: str, indexes: Indexes, count: int) -> bool:
    """Whether an index that was to be built as `asked` is what is wanted; see there."""
    plan = tuned(text)
    return asked == plan if plan else indexes.fits(asked, count)
