"""Which store and which index a gallery stands on.

What is not chosen is not imported: a gallery on SQLite and FAISS needs neither Redis nor
Milvus installed.
"""

import contextlib
import logging
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from meshkit.config import ConfigError
from meshkit.sealing import Sealer
from services.gallery.config import Config
from services.gallery.exact import ExactIndexes
from services.gallery.index import Indexes
from services.gallery.locking import locked
from services.gallery.sealing import Sealing
from services.gallery.snapshots import Folder
from services.gallery.store import Follower, Store

log = logging.getLogger(__name__)


def store_of(
    config: Config, follower: Follower, sealer: Sealer
) -> AbstractAsyncContextManager[Store]:
    """Open the store that the configuration names.

    Raises:
        ConfigError: It needs what is not installed, or a key that is not there.
    """
    limits, remember_h, sealing = config.write_limits(), config.request_id_h, Sealing(sealer)
    if config.path:
        from services.gallery.sqlite import SqliteStore  # noqa: PLC0415  # see above

        return SqliteStore.opened(
            config.path, follower, limits=limits, remember_h=remember_h, sealing=sealing
        )
    try:
        from services.gallery.redis import RedisStore  # noqa: PLC0415  # see above
    except ModuleNotFoundError:
        raise ConfigError("a store in Redis needs redis: install sureface[redis]") from None

    return RedisStore.opened(
        config.redis_url,
        follower,
        gallery=config.redis_gallery,
        limits=limits,
        remember_h=remember_h,
        stream_length=config.redis_stream_length,
        wait_replicas=config.redis_wait_replicas,
        timeout_s=config.redis_timeout_s,
        tls=config.redis_tls,
        sealing=sealing,
    )


@contextlib.contextmanager
def indexes_of(config: Config, sealer: Sealer) -> Iterator[Indexes]:
    """Make the indexes that the configuration names, which are ours while the block runs.

    Raises:
        ConfigError: They need what is not installed, or a GPU or a Milvus that is not
            there, or snapshots that another gallery has.
    """
    path = config.snapshot_folder()
    with (
        _snapshots(path, config, sealer) if path else contextlib.nullcontext() as snapshots,
        contextlib.closing(_made(config, snapshots)) as indexes,
    ):
        yield indexes


def _made(config: Config, snapshots: Folder | None) -> Indexes:
    if config.index == "exact":
        return ExactIndexes()
    if config.index == "milvus":
        from services.gallery.milvus import MilvusIndexes  # noqa: PLC0415  # see above
        from services.gallery.milvus.link import Link  # noqa: PLC0415  # see above

        if config.sealing_keys or config.sealing_key:
            log.warning("vectors in Milvus are not encrypted by the gallery's keys")
        link = Link(config.milvus_uri, token=config.milvus_token, timeout_s=config.milvus_timeout_s)
        return MilvusIndexes(link, gallery=config.milvus_gallery)
    # It tells of every build that it looks for.
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    from services.gallery.faiss import FaissIndexes  # noqa: PLC0415  # see above
    from services.gallery.faiss.gpu import Gpu  # noqa: PLC0415  # see above

    gpu = Gpu() if config.index == "faiss_gpu" else None
    return FaissIndexes(threads=config.index_threads, snapshots=snapshots, gpu=gpu)


@contextlib.contextmanager
def _snapshots(path: Path, config: Config, sealer: Sealer) -> Iterator[Folder]:
    """Open the folder of snapshots; indexes that make none leave nobody in it."""
    makes = config.index.startswith("faiss")
    with contextlib.ExitStack() as stack:
        try:
            if config.snapshots and makes:
                config.snapshots.mkdir(exist_ok=True)
            # Otherwise it is beside a database, whose lock is enough to make it.
            if path.is_dir():
                stack.enter_context(locked(path / "lock"))
            folder = Folder(path, sealer)
            if not makes:
                folder.keep([])
        except (OSError, ConfigError) as error:
            cause = error.strerror if isinstance(error, OSError) else error
            raise ConfigError(f"{path} cannot be used for snapshots: {cause}") from None
        yield folder
