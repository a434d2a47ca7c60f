"""Certificates as files: a folder, as Kubernetes mounts a secret of cert-manager."""

import logging
import os
import ssl
import threading
from dataclasses import dataclass
from pathlib import Path

from meshkit.config import ConfigError

log = logging.getLogger(__name__)

CHAIN = "tls.crt"
"""Own certificate, and those between it and an authority."""

KEY = "tls.key"
"""The key of `CHAIN`, without a password."""

AUTHORITIES = "ca.crt"
"""Certificates of whom the other side's must come from; any number of them."""

_FILES = (CHAIN, KEY, AUTHORITIES)


class _UnfitError(Exception):
    """Files that cannot be used. Its text says which and why."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """What a folder holds, as PEM; empty where it holds none."""

    chain: bytes
    key: bytes
    authorities: bytes


class Folder:
    """Certificates that are looked at again whenever somebody asks for them.

    What cannot be used, as a new certificate whose key is still the old one, is left: the last
    good ones stay until the files change again. Looking takes a few microseconds. Any thread may.
    """

    def __init__(self, path: Path, *, own: bool, authorities: bool) -> None:
        """Read the files.

        Args:
            path: The folder.
            own: Whether it must hold `CHAIN` and `KEY`.
            authorities: Whether it must hold `AUTHORITIES`.

        Raises:
            ConfigError: It does not, or they cannot be used.
        """
        self._path = path
        self._needed = (CHAIN, KEY) * own + (AUTHORITIES,) * authorities
        self._looking = threading.Lock()
        self._seen = _seen(path)
        try:
            self._held, self._context = self._read()
        except _UnfitError as problem:
            raise ConfigError(f"certificates in {path} cannot be used: {problem}") from None

    def held(self) -> Certificates:
        """The certificates that are good now."""
        self._look()
        return self._held

    def context(self) -> ssl.SSLContext:
        """What to connect with now, where gRPC does not: TLS 1.2 or later.

        It shows our certificate if there is one, believes `AUTHORITIES` and nobody else, and
        requires that the other side's has the name that is asked for.
        """
        self._look()
        return self._context

    def _look(self) -> None:
        # One thread at a time: who has read older files must not be the last to say so.
        with self._looking:
            seen = _seen(self._path)
            if seen == self._seen:
                return
            self._seen = seen
            try:
                self._held, self._context = self._read()
                log.info("certificates in %s are taken up", self._path)
            except _UnfitError as problem:
                log.warning("certificates in %s are left: %s", self._path, problem)

    def _read(self) -> tuple[Certificates, ssl.SSLContext]:
        files = {name: _content(self._path / name) for name in _FILES}
        for name in self._needed:
            if not files[name]:
                raise _UnfitError(f"there is no {name}")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if files[CHAIN] or files[KEY]:
            _require(f"{CHAIN} with {KEY}", context.load_cert_chain, *self._pair)
        if files[AUTHORITIES]:
            _require(AUTHORITIES, context.load_verify_locations, self._path / AUTHORITIES)
        if _seen(self._path) != self._seen:
            # What was checked may not be what was read; the next look sees another state.
            raise _UnfitError("the files are being changed")
        return Certificates(files[CHAIN], files[KEY], files[AUTHORITIES]), context

    @property
    def _pair(self) -> tuple[Path, Path, str]:
        # A password, lest OpenSSL asks the terminal for one.
        return self._path / CHAIN, self._path / KEY, ""


def _seen(path: Path) -> list[tuple[int, int, int] | None]:
    """What tells a changed file without reading it."""
    return [_stamp(path / name) for name in _FILES]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116  # half the time of Path.stat, once a call
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise _UnfitError(f"{file.name}: {error.strerror}") from None


def _require(what: str, load: object, *arguments: object) -> None:
    try:
        load(*arguments)  # type: ignore[operator]  # either of two methods of SSLContext
    except ssl.SSLError as error:
        raise _UnfitError(f"{what}: {error.reason or 'not PEM'}") from None
    except OSError as error:
        raise _UnfitError(f"{what}: {error.strerror}") from None
