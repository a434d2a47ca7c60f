"""The store as one Redis: durable, and shared by any number of gallery processes."""

from services.gallery.redis.store import RedisStore

__all__ = ["RedisStore"]
