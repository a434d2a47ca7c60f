"""The Redis server of the gallery: reached as `meshkit.redis_server` says."""

from faces.errors import StoreUnavailable
from meshkit.redis_server import UnfitError, failing_as_config, is_starved, reader, writer

__all__ = ["UnfitError", "failing_as_config", "is_starved", "reader", "unavailable", "writer"]


def unavailable() -> StoreUnavailable:
    """What callers hear of it."""
    return StoreUnavailable(store="gallery")
