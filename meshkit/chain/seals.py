"""How the hash of a record is made: by anybody, or by those who have a key."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from meshkit.config import ConfigError

_KEY_BYTES = 32
"""Least length of a key: as long as what it makes."""


@dataclass(frozen=True, slots=True)
class Seal:
    """SHA-256 of a record, or HMAC-SHA-256 with a key.

    Without a key, whoever can write the files can also compute all hashes anew; only a
    head that was noted elsewhere gives that away. With one, they need the key.
    """

    key: bytes = field(default=b"", repr=False)

    @property
    def member(self) -> bytes:
        """Name of the record's last member, which says how it is sealed."""
        return b"mac" if self.key else b"hash"

    def of(self, content: bytes) -> str:
        """64 hexadecimal digits."""
        if self.key:
            return hmac.digest(self.key, content, "sha256").hex()
        return hashlib.sha256(content).hexdigest()


PLAIN = Seal()
"""Without a key."""


def seal_by(file: Path | None) -> Seal:
    """The seal by the key in a file; without a file, the one without a key.

    White space around the key is no part of it.

    Raises:
        ConfigError: The file cannot be read, or its key is too short.
    """
    if file is None:
        return PLAIN
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(f"the key {file} cannot be read: {error.strerror}") from None
    if len(key) < _KEY_BYTES:
        raise ConfigError(f"the key {file} has {len(key)} bytes, at least {_KEY_BYTES} are needed")
    return Seal(key)
