"""Seals bytes, and opens what was sealed: an envelope of AES-256-GCM.

    "SEAL" | id of the operator's key (8) | data key, wrapped (40) | nonce (12) | sealed, tag (16)

Each envelope can be opened by itself, wherever it is copied to. Its data key was drawn by the
process that sealed it, and is wrapped with the operator's key (RFC 3394).
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from meshkit.config import ConfigError
from meshkit.sealing.ring import ID_BYTES, KEY_BYTES, UNSEALED, Ring

MAGIC = b"SEAL"
"""As a float32 5e7: no vector of unit length begins so."""

_ID = slice(len(MAGIC), len(MAGIC) + ID_BYTES)
_HEAD = slice(0, _ID.stop + KEY_BYTES + 8)
_NONCE = slice(_HEAD.stop, _HEAD.stop + 12)

OVERHEAD = _NONCE.stop + 16
"""Bytes that an envelope takes beside what is in it."""

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
        nonce = os.urandom(_NONCE.stop - _NONCE.start)
        return data.head + nonce + data.cipher.encrypt(nonce, plain, data.head + place)

    def open(self, kept: bytes, place: bytes) -> bytes:
        """Open an envelope, or return what is none where that may be.

        Raises:
            Unopenable: It was altered, or sealed for another place; or its key is missing.
        """
        if key_of(kept) == UNSEALED:
            if UNSEALED not in self._ring.keys:
                raise Unopenable(_missing(UNSEALED))
            return kept
        head = kept[_HEAD]
        try:
            return self._cipher(head).decrypt(kept[_NONCE], kept[_NONCE.stop :], head + place)
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
        key_id = head[_ID].hex()
        if key_id not in self._ring.keys:
            # Of another process, perhaps, which seals with a new key already. This one seals
            # with its own until it is told to renew it, which may be meanwhile.
            with contextlib.suppress(ConfigError):
                found = self._read().keys
                with self._lock:
                    self._ring = Ring({**self._ring.keys, **found})
        ring, opening = self._ring, self._opening
        if key_id not in ring.keys:
            raise Unopenable(_missing(key_id))
        opening[head] = AESGCM(aes_key_unwrap(ring.keys[key_id], head[_ID.stop :]))
        return opening[head]


def key_of(kept: bytes) -> str:
    """Id of the operator's key that something is sealed with, or `UNSEALED`.

    What is not sealed must not begin with `MAGIC`.
    """
    return kept[_ID].hex() if kept[: len(MAGIC)] == MAGIC else UNSEALED


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
