"""Seals bytes, and opens what was sealed: with a data key that this process has drawn."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from meshkit.config import ConfigError
from meshkit.key_lines import KEY_BYTES
from meshkit.sealing.envelope import HEAD, ID, MAGIC, NONCE, key_of
from meshkit.sealing.ring import UNSEALED, Ring

_MOST = 2**24
"""Seals of one data key. Nonces are random, for a counter would run twice in a machine that was
copied while it ran; that two of so many are the same has a chance of 10^-15."""


class Unopenable(Exception):
    """What is kept cannot be read. Its text says why, without telling what it is."""


@dataclass(slots=True)
class _DataKey:
    """The key that this process seals with now."""

    key_id: str
    head: bytes
    cipher: AESGCM
    left: int = _MOST


class Sealer:
    """Seals with the first key of a ring, opens with all. Any thread may use it."""

    def __init__(self, read: Callable[[], Ring] = Ring) -> None:
        """Use the keys that `read` returns, now and whenever they are renewed; none by default.

        Raises:
            ConfigError: They cannot be used, as `read` says.
        """
        self._read = read
        self._ring = read()
        self._lock = threading.Lock()
        self._sealing: _DataKey | None = None
        self._opening: dict[bytes, AESGCM] = {}

    @property
    def key_id(self) -> str:
        """Id of the key that seals; `UNSEALED` if nothing is."""
        return self._ring.first

    def renew(self, needed: Iterable[str]) -> None:
        """Read the keys again, of which some are needed to open what there is.

        Raises:
            ConfigError: They cannot be used, or one that is needed is missing; those from before
                stay in use.
        """
        ring = self._read()
        _require(ring, needed)
        with self._lock:
            self._ring, self._opening = ring, {}

    def require(self, needed: Iterable[str]) -> None:
        """Make sure that what is sealed with some keys can be opened.

        Raises:
            ConfigError: A key is missing. Names it.
        """
        _require(self._ring, needed)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Make an envelope, which opens in no other place; nothing is done without a key."""
        data = self._data_key()
        if data is None:
            return plain
        nonce = os.urandom(NONCE.stop - NONCE.start)
        return data.head + nonce + data.cipher.encrypt(nonce, plain, data.head + place)

    def open(self, kept: bytes, place: bytes) -> bytes:
        """Open an envelope, or return what is none where that may be.

        Raises:
            Unopenable: It was altered, or sealed for another place; or its key is missing.
        """
        if key_of(kept) == UNSEALED:
            self._having(UNSEALED)
            return kept
        head = kept[HEAD]
        try:
            return self._cipher(head).decrypt(kept[NONCE], kept[NONCE.stop :], head + place)
        except (InvalidTag, InvalidUnwrap, ValueError):
            raise Unopenable("it was altered, or belongs to another place") from None

    def _data_key(self) -> _DataKey | None:
        with self._lock:
            ring, data = self._ring, self._sealing
            if ring.first == UNSEALED:
                return None
            if data is None or data.key_id != ring.first or not data.left:
                data = self._sealing = _drawn(ring)
            data.left -= 1
            return data

    def _cipher(self, head: bytes) -> AESGCM:
        known = self._opening.get(head)
        if known:
            return known
        key_id, opening = head[ID].hex(), self._opening
        opening[head] = AESGCM(aes_key_unwrap(self._having(key_id)[key_id], head[ID.stop :]))
        return opening[head]

    def _having(self, key_id: str) -> Mapping[str, bytes]:
        """Keys with one among them, which is looked for if need be."""
        if key_id not in self._ring.keys:
            # Of another process, perhaps, which seals with a new key already. This one seals
            # with its own until it is told to renew it, which may be meanwhile.
            with contextlib.suppress(ConfigError):
                found = self._read().keys
                with self._lock:
                    self._ring = Ring({**self._ring.keys, **found})
        keys = self._ring.keys
        if key_id not in keys:
            raise Unopenable(_missing(key_id))
        return keys


def _require(ring: Ring, needed: Iterable[str]) -> None:
    for key_id in needed:
        if key_id not in ring.keys:
            raise ConfigError(_missing(key_id))


def _drawn(ring: Ring) -> _DataKey:
    drawn = AESGCM.generate_key(8 * KEY_BYTES)
    wrapped = aes_key_wrap(ring.keys[ring.first], drawn)
    return _DataKey(ring.first, MAGIC + bytes.fromhex(ring.first) + wrapped, AESGCM(drawn))


def _missing(key_id: str) -> str:
    if key_id == UNSEALED:
        return f"it is not sealed: add the line {UNSEALED} behind your key until all is"
    return f"it is sealed with key {key_id}, which is not there: add it to the keys"
