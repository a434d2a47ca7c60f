"""What an operator can tell the gallery, read once at start."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from meshkit.batcher import BatchLimits
from meshkit.config import ServerConfig
from meshkit.sealing import Ring
from meshkit.tls.redis_url import redis_problem

_COMPANY = 0.15
"""Share of a scan's time that the next scan waits for callers of the last, who would
otherwise fall into two groups that take turns."""

_MILVUS = re.compile(r"https?://[^@/\s]+(/[^@\s]*)?|[^@]+\.db")

KINDS = ("faiss", "faiss_gpu", "milvus", "exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(ServerConfig):
    """Field ``x`` is the environment variable ``GALLERY_X``."""

    path: Path | None = None
    """The database file; created if it is not there. Its folder must exist. This or
    `redis_url` is required."""

    redis_url: str = ""
    """Redis instead of a file, such as ``redis://user:password@host:6379/0``: any number
    of galleries share it. It must write its log through (``appendfsync always``)."""

    redis_tls: Path | None = None
    """Folder with `tls.crt`, `tls.key` and `ca.crt` to reach it with, whose URL then begins with
    ``rediss://``; often the same as `tls`. A renewed certificate is used by new connections."""

    redis_gallery: str = "default"
    """Galleries of one name are replicas of each other."""

    redis_stream_length: int = 100_000
    """Writes that a replica may be behind before it loads everything anew."""

    redis_wait_replicas: int = 0
    """Replicas of Redis that must have a write before it is answered."""

    redis_timeout_s: float = 2.0
    """How long Redis may take for one answer."""

    port: int = 50054
    """TCP port for gRPC; 0 takes a free one and logs it."""

    sealing_keys: Path | None = None
    """File of the keys that templates are encrypted with where they are kept: docs/security.md.
    It is read again by ``sureface gallery reseal``."""

    sealing_key: str = field(default="", repr=False)
    """One such key instead of a file. Without either, templates are not encrypted."""

    index: str = "faiss"
    """What searches: `faiss`, `faiss_gpu`, `milvus`, or `exact` for tiny collections."""

    snapshots: Path | None = None
    """Folder for copies of large indexes, which spare rebuilding them at start. The
    database's, with ``.snapshots`` behind its name, unless given; none with Redis."""

    milvus_uri: str = ""
    """Where Milvus is, for index `milvus`: ``http://host:19530``, ``https://…``, or a file
    ending in ``.db`` for its light edition. Without user or password."""

    milvus_token: str = field(default="", repr=False)
    """``user:password`` or an API key of Milvus; empty for none."""

    milvus_gallery: str = "default"
    """Begins the names of this process's collections in Milvus. No two processes may have
    the same: with Redis, each replica needs one of its own that it keeps, such as the name
    of a stateful pod."""

    milvus_timeout_s: float = 5.0
    """How long Milvus may take for one answer."""

    agreement: float = 0.3
    """Least similarity of two templates of one person: where templates are fused, others
    are left out."""

    index_threads: int = 1
    """Threads of one scan. More pays only on cores that nobody else uses."""

    search_batch: int = 64
    """Most probes, of any callers, in one scan."""

    search_queue: int = 1024
    """Most probes that may wait for a scan; more is RESOURCE_EXHAUSTED."""

    write_batch: int = 64
    """Most writes, of any callers, in one commit."""

    write_queue: int = 256
    """Most writes that may wait for a commit; more is RESOURCE_EXHAUSTED."""

    request_id_h: float = 24.0
    """Hours that a write's answer is remembered; a repetition after that is a new write."""

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        for holds, problem in self._rules():
            if not holds:
                raise ValueError(problem)

    def _rules(self) -> Iterator[tuple[bool, str]]:
        """What must hold, and what to say if it does not."""
        yield bool(self.path) != bool(self.redis_url), "give either path or redis_url"
        yield self.index in KINDS, f"index must be one of {', '.join(KINDS)}, got {self.index}"
        one = not (self.sealing_keys and self.sealing_key)
        yield one, "give either sealing_keys or sealing_key"
        milvus = self.index == "milvus"
        yield bool(self.milvus_uri) == milvus, "milvus_uri belongs to index milvus, which needs it"
        fits = not milvus or _MILVUS.fullmatch(self.milvus_uri)
        yield bool(fits), "milvus_uri must be http://host:port, https://host:port or a .db file"
        letters = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", self.milvus_gallery)
        yield bool(letters), "milvus_gallery must be 1 to 64 letters, digits, - and _"
        alone = not (milvus and self.redis_url) or self.milvus_gallery != "default"
        yield alone, "with redis_url, each replica needs a milvus_gallery of its own"
        yield -1 <= self.agreement <= 1, f"agreement must be in [-1, 1], got {self.agreement}"
        for name in ("index_threads", "redis_stream_length"):
            yield getattr(self, name) >= 1, f"{name} must be at least 1, got {getattr(self, name)}"
        for name in ("request_id_h", "redis_timeout_s", "milvus_timeout_s"):
            yield getattr(self, name) > 0, f"{name} must be positive, got {getattr(self, name)}"
        yield self.redis_wait_replicas >= 0, "redis_wait_replicas must be 0 or more"
        for batch, queue in (("search_batch", "search_queue"), ("write_batch", "write_queue")):
            fits = 1 <= getattr(self, batch) <= getattr(self, queue)
            yield fits, f"need 1 <= {batch} <= {queue}"
        problem = redis_problem(
            self.redis_url, self.redis_tls, insecure=self.insecure, setting="REDIS_TLS"
        )
        yield not problem, problem

    def keys(self) -> Ring:
        """What templates are encrypted with.

        Raises:
            ConfigError: The file cannot be read, or what is given is no key.
        """
        if self.sealing_keys:
            return Ring.read(self.sealing_keys)
        return Ring.parse(self.sealing_key) if self.sealing_key else Ring()

    def snapshot_folder(self) -> Path | None:
        """Where copies of indexes go, if anywhere."""
        if self.snapshots or not self.path:
            return self.snapshots
        return self.path.with_name(f"{self.path.name}.snapshots")

    def search_limits(self) -> BatchLimits:
        """How searches share scans."""
        return BatchLimits(
            max_batch=self.search_batch, max_queued=self.search_queue, company=_COMPANY
        )

    def write_limits(self) -> BatchLimits:
        """How writes share commits."""
        return BatchLimits(max_batch=self.write_batch, max_queued=self.write_queue)
