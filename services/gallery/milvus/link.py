"""The connection to Milvus: bounded calls, and failures in our own words."""

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import grpc

from faces.errors import ServiceUnavailable
from meshkit.config import ConfigError
from services.gallery.index import IndexLost
from services.gallery.milvus.plans import Kind

log = logging.getLogger(__name__)

_ADMIN_S = 60.0
"""Longest time for creating, loading or dropping a collection."""

_AT_ONCE = {
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 1000,
    "grpc.max_reconnect_backoff_ms": 1000,
}
"""A Milvus that is back is used within about a second; gRPC would take up to two minutes."""

_NO_PINGS = {"grpc.keepalive_time_ms": 2**31 - 1}
"""pymilvus's pings every 10 s are too many for milvus-lite, which hangs up on them."""

_LOUD = ("pymilvus", "pymilvus.milvus_client", "pymilvus.bulk_writer", "milvus_lite")
"""Loggers."""

_NOT_FOUND, _NOT_LOADED = 100, 101
"""Milvus's codes: a collection is not there, or not in the memory of its servers."""


class Link:
    """Calls of `pymilvus.MilvusClient`; safe to use from several threads."""

    def __init__(self, uri: str, *, token: str = "", timeout_s: float = 5.0) -> None:
        """Connect.

        Args:
            uri: ``http://host:19530``, ``https://…``, or a file whose name ends in ``.db``
                for milvus-lite, which then runs within this process.
            token: ``user:password`` or an API key; empty for none.
            timeout_s: How long Milvus may take for one answer.

        Raises:
            ConfigError: pymilvus is not installed, or Milvus does not answer.
        """
        self._pymilvus = _pymilvus()
        self._timeout_s = timeout_s
        self.light = uri.endswith(".db")
        """Whether it is milvus-lite within this process."""
        options = _AT_ONCE | (_NO_PINGS if self.light else {})
        try:
            self._client = self._pymilvus.MilvusClient(
                uri, token=token, timeout=timeout_s, grpc_options=options
            )
        except (self._pymilvus.MilvusException, grpc.RpcError) as error:
            # Its text may name the uri with whatever an operator put into it.
            where = uri if self.light else urlsplit(uri).netloc.rpartition("@")[2]
            raise ConfigError(f"Milvus at {where} cannot be used, code {_code(error)}") from None

    def ask(self, method: str, name: str, **arguments: Any) -> Any:
        """Call a method of `MilvusClient` for one collection, which is loaded if it is not.

        Raises:
            IndexLost: There is no such collection any more.
            ServiceUnavailable: Milvus fails.
        """
        try:
            return self._call(method, self._timeout_s, name, **arguments)
        except _NotLoadedError:
            # As after a restart of Milvus.
            self._call("load_collection", _ADMIN_S, name)
            return self._call(method, self._timeout_s, name, **arguments)

    def names(self) -> list[str]:
        """All collections, whoever's."""
        names: list[str] = self._call("list_collections", self._timeout_s)
        return names

    def create(self, name: str, dimension: int, kind: Kind, about: dict[str, str]) -> None:
        """Create a collection of vectors by key, and load it.

        Args:
            name: Of the collection.
            dimension: Length of the vectors.
            kind: How they are searched.
            about: Properties, which `about` returns.
        """
        types, client = self._pymilvus.DataType, self._client
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", types.INT64, is_primary=True)
        schema.add_field("vector", types.FLOAT_VECTOR, dim=dimension)
        params = client.prepare_index_params()
        # Wrapped twice: the client unwraps once, servers take both, but milvus-lite 3.2
        # would build with its defaults.
        params.add_index(
            field_name="vector",
            metric_type="IP",
            index_type=kind.name,
            params={"params": kind.params},
        )
        self._call(
            "create_collection",
            _ADMIN_S,
            name,
            schema=schema,
            index_params=params,
            # What was added is found by the next search, whichever server answers it.
            consistency_level="Strong",
            properties=about,
        )

    def keys(self, name: str, page: int) -> list[int]:
        """The primary keys of a collection, `page` of them an answer; it is loaded first."""
        self._call("load_collection", _ADMIN_S, name)
        with self._failing("query_iterator"):
            pages = self._client.query_iterator(
                name, batch_size=page, output_fields=["key"], timeout=self._timeout_s
            )
            try:
                return [row["key"] for rows in iter(pages.next, []) for row in rows]
            finally:
                pages.close()

    def about(self, name: str) -> dict[str, str]:
        """The properties of a collection."""
        found: dict[str, str] = self.ask("describe_collection", name).get("properties", {})
        return found

    def drop(self, name: str) -> None:
        """Delete a collection; it need not be there."""
        self._call("drop_collection", _ADMIN_S, name)

    def close(self) -> None:
        """Disconnect."""
        self._client.close()

    def _call(self, method: str, timeout_s: float, *args: Any, **arguments: Any) -> Any:
        with self._failing(method):
            return getattr(self._client, method)(*args, timeout=timeout_s, **arguments)

    @contextlib.contextmanager
    def _failing(self, method: str) -> Iterator[None]:
        try:
            yield
        # The last is for a channel that another thread's failure has replaced.
        except (self._pymilvus.MilvusException, grpc.RpcError, ValueError) as error:
            code = _code(error)
            if code == _NOT_LOADED:
                raise _NotLoadedError from None
            # Neither its text nor its trace: they may quote what was sent.
            log.warning("milvus fails", extra={"method": method, "code": str(code)})
            if code == _NOT_FOUND:
                raise IndexLost from None
            raise ServiceUnavailable(service="milvus") from None


class _NotLoadedError(Exception):
    """A collection is there, but not in memory."""


def _code(error: Any) -> Any:
    if isinstance(error, grpc.RpcError):
        return error.code()
    return getattr(error, "code", type(error).__name__)


def _pymilvus() -> Any:
    """Import pymilvus, and undo what that does to the process."""
    # It would read a `.env` of any folder above its own into the environment.
    os.environ.setdefault("PYTHON_DOTENV_DISABLED", "1")
    try:
        import pymilvus  # noqa: PLC0415  # only who chooses Milvus needs it
    except ModuleNotFoundError:
        raise ConfigError("index milvus needs pymilvus: install sureface[milvus]") from None
    # It would write lines of its own to stderr, with data in them. The last is of
    # milvus-lite's server within this process: ours is another.
    for name in (*_LOUD, "grpc._server"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.CRITICAL)
    return pymilvus
