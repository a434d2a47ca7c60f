"""Keys that the templates of collections are turned with (faces.renewable)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faces import fields
from faces.errors import FieldInvalid
from meshkit.config import ConfigError
from meshkit.key_lines import KEY_BYTES, key_of, lines_of, text_of

ALL = "*"
"""Stands for each collection that has no line of its own."""

PLAIN = "plain"
"""In place of a key: the templates of this collection are not turned."""

_WHAT = "template keys"


@dataclass(frozen=True, slots=True)
class TemplateKeys:
    """A key for each collection that has one; none by default."""

    keys: Mapping[str, bytes | None] = field(default_factory=dict, repr=False)
    """By collection, or `ALL`; of 32 bytes, or None for `PLAIN`."""

    @classmethod
    def parse(cls, text: str) -> "TemplateKeys":
        """Read lines of a collection and its key: 32 bytes in base64, or `PLAIN`; # comments.

        Raises:
            ConfigError: A line is none of these, or its collection has one before; or there is
                no line. Names lines by number.
        """
        keys: dict[str, bytes | None] = {}
        for number, line in lines_of(text):
            collection_id, key = _entry(number, line)
            if collection_id in keys:
                raise ConfigError(f"{_WHAT}: line {number}: {collection_id} has a line already")
            keys[collection_id] = key
        if not keys:
            raise ConfigError(f"{_WHAT}: there is none")
        return cls(keys)

    @classmethod
    def read(cls, path: Path | None) -> "TemplateKeys":
        """Read a file of keys; without one, no collection has a key.

        Raises:
            ConfigError: It cannot be read, or is none.
        """
        return cls.parse(text_of(path, _WHAT)) if path else cls()

    def of(self, collection_id: str) -> bytes | None:
        """The key of a collection; None if its templates are not turned."""
        return self.keys.get(collection_id, self.keys.get(ALL))


def _entry(number: int, line: str) -> tuple[str, bytes | None]:
    collection_id, *rest = line.split()
    word = rest[0] if len(rest) == 1 else ""
    key = key_of(word)
    if not _is_name(collection_id) or (key is None and word != PLAIN):
        raise ConfigError(
            f"{_WHAT}: line {number} must be a collection or {ALL}, a blank, and {KEY_BYTES} bytes"
            f" in base64 or {PLAIN}"
        )
    return collection_id, key


def _is_name(collection_id: str) -> bool:
    try:
        return collection_id == ALL or bool(fields.collection_id(collection_id))
    except FieldInvalid:
        return False
