"""Which store and which index a gallery stands on.

What is not chosen is not imported: a gallery on SQLite and FAISS needs neither Redis nor
Milvus installed.
"""

import logging
from contextlib import AbstractAsyncContextManager

from meshkit.config import ConfigError
from services.gallery.config import Config
from services.gallery.exact import ExactIndexes
from services.gallery.index import Indexes
from services.gallery.store import Follower, Store


def store_of(config: Config, follower: Follower) -> AbstractAsyncContextManager[Store]:
    """Open the store that the configuration names."""
    limits, remember_h = config.write_limits(), config.request_id_h
    if config.path:
        from services.gallery.sqlite import SqliteStore  # noqa: PLC0415  # see above

        return SqliteStore.opened(config.path, follower, limits=limits, remember_h=remember_h)
    from services.gallery.redis import RedisStore  # noqa: PLC0415  # see above

    return RedisStore.opened(
        config.redis_url,
        follower,
        gallery=config.redis_gallery,
        limits=limits,
        remember_h=remember_h,
        stream_length=config.redis_stream_length,
        wait_replicas=config.redis_wait_replicas,
        timeout_s=config.redis_timeout_s,
    )


def indexes_of(config: Config) -> Indexes:
    """Make the indexes that the configuration names.

    Raises:
        ConfigError: They need what is not installed, or a GPU or a Milvus that is not there.
    """
    if config.index == "exact":
        return ExactIndexes()
    if config.index == "milvus":
        from services.gallery.milvus import MilvusIndexes  # noqa: PLC0415  # see above
        from services.gallery.milvus.link import Link  # noqa: PLC0415  # see above

        link = Link(config.milvus_uri, token=config.milvus_token, timeout_s=config.milvus_timeout_s)
        return MilvusIndexes(link, gallery=config.milvus_gallery)
    # It tells of every build that it looks for.
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    from services.gallery.faiss import FaissIndexes  # noqa: PLC0415  # see above
    from services.gallery.faiss.gpu import Gpu  # noqa: PLC0415  # see above
    from services.gallery.snapshots import Folder  # noqa: PLC0415  # see above

    path = config.snapshot_folder()
    try:
        if config.snapshots:
            config.snapshots.mkdir(exist_ok=True)
        snapshots = Folder(path) if path else None
    except OSError as error:
        raise ConfigError(f"{path} cannot be used for snapshots: {error.strerror}") from None
    gpu = Gpu() if config.index == "faiss_gpu" else None
    return FaissIndexes(threads=config.index_threads, snapshots=snapshots, gpu=gpu)
