"""The keys that an operator gives: the first one seals, all of them open."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from meshkit.config import ConfigError
from meshkit.key_lines import KEY_BYTES, key_of, lines_of, text_of

ID_BYTES = 8

UNSEALED = "unsealed"
"""Stands for no key, and is the id of what is not sealed. As the first line it seals nothing;
further down it lets what is not sealed be read."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys by their ids, the one that seals first."""

    keys: Mapping[str, bytes] = field(default_factory=lambda: {UNSEALED: b""}, repr=False)
    """Each of 32 bytes; none for `UNSEALED`, which is alone unless keys are given."""

    @classmethod
    def parse(cls, text: str) -> "Ring":
        """Read keys: one a line, 32 bytes in base64 or the word ``unsealed``; # comments.

        Raises:
            ConfigError: A line is none of these, or there is no key. Names lines by number.
        """
        keys = dict(_key(number, line) for number, line in lines_of(text))
        if not keys:
            raise ConfigError("keys: there is none")
        return cls(keys)

    @classmethod
    def read(cls, path: Path) -> "Ring":
        """Read a file of keys.

        Raises:
            ConfigError: It cannot be read, or is none.
        """
        return cls.parse(text_of(path, "keys"))

    @property
    def first(self) -> str:
        """Id of the key that seals."""
        return next(iter(self.keys))


def _key(number: int, line: str) -> tuple[str, bytes]:
    if line == UNSEALED:
        return UNSEALED, b""
    key = key_of(line)
    if key is None:
        raise ConfigError(f"keys: line {number} must be {KEY_BYTES} bytes in base64, or {UNSEALED}")
    # Made from the key, so that no two have one, and a wrong key is never taken for the right one.
    return hmac.digest(key, b"sureface key id", "sha256")[:ID_BYTES].hex(), key
