"""The file of API keys: JSON, read as a whole or not at all."""

import dataclasses
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from meshkit.keys.key import Key, Role

MAX_BYTES = 4 * 2**20
"""Longest file: some ten thousand keys."""

_FIELDS = {field.name for field in dataclasses.fields(Key)}
_NEEDED = {"key_id", "name", "role", "secret_hash", "create_time"}


class KeysWrong(Exception):
    """What was read is no file of keys. Its text is one line, without a name or a hash."""


def read(path: Path) -> bytes | None:
    """What a file holds, as far as one may go; None if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        return None


def parse(content: bytes | None) -> dict[str, Key]:
    """Keys by their id.

    Raises:
        KeysWrong: The file cannot be read, or any key in it is wrong.
    """
    if content is None:
        raise KeysWrong("it cannot be read")
    if len(content) > MAX_BYTES:
        raise KeysWrong(f"it is longer than {MAX_BYTES} bytes")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise KeysWrong("it is not JSON") from None
    rows = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise KeysWrong("it has no list of keys")
    keys: dict[str, Key] = {}
    for number, row in enumerate(rows, start=1):
        try:
            key = _key(row)
        except (ValueError, TypeError) as problem:
            raise KeysWrong(f"key {number}: {problem}") from None
        if key.key_id in keys:
            raise KeysWrong(f"key {number}: its key_id is there twice")
        keys[key.key_id] = key
    return keys


def to_bytes(keys: Iterable[Key]) -> bytes:
    """What a file of these keys holds."""
    rows = [dataclasses.asdict(key) for key in keys]
    return (json.dumps({"keys": rows}, indent=2, default=_plain) + "\n").encode()


def _key(row: Any) -> Key:
    if not isinstance(row, dict) or not _NEEDED <= row.keys() <= _FIELDS:
        raise ValueError("its fields are not those of a key")
    rate = row.get("calls_per_s")
    if not (rate is None or (isinstance(rate, int | float) and not isinstance(rate, bool))):
        raise ValueError("calls_per_s is not a number")
    return Key(
        key_id=_text(row, "key_id"),
        name=_text(row, "name"),
        role=_role(_text(row, "role")),
        secret_hash=_text(row, "secret_hash"),
        create_time=_time(_text(row, "create_time"), "create_time"),
        expire_time=_optional_time(row, "expire_time"),
        revoke_time=_optional_time(row, "revoke_time"),
        collections=_texts(row, "collections"),
        scenes=_texts(row, "scenes"),
        calls_per_s=rate,
    )


def _text(row: Mapping[str, Any], name: str) -> str:
    text = row[name]
    if not isinstance(text, str):
        raise ValueError(f"{name} is not text")  # noqa: TRY004  # of the file, not of ours
    return text


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = row.get(name, [])
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is not a list of texts")
    return tuple(texts)


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise ValueError("there is no such role") from None


def _optional_time(row: Mapping[str, Any], name: str) -> datetime | None:
    return None if row.get(name) is None else _time(_text(row, name), name)


def _time(text: str, name: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{name} is not a time") from None
    if time.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return time


def _plain(value: object) -> str:
    if isinstance(value, Role):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} is nothing that a key is made of")
