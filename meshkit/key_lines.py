"""Files of keys that an operator gives: lines, and keys of 32 bytes in base64 on them."""

import base64
import binascii
from pathlib import Path

from meshkit.config import ConfigError

KEY_BYTES = 32


def text_of(path: Path, what: str) -> str:
    """Read a file.

    Args:
        path: Where it is.
        what: What it holds, for the line that says what is wrong with it.

    Raises:
        ConfigError: It cannot be read, or is none of text.
    """
    try:
        return path.read_text("ascii")
    except OSError as error:
        raise ConfigError(f"{what}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{what}: {path} is no text") from None


def lines_of(text: str) -> list[tuple[int, str]]:
    """Lines that hold something, with their numbers, without comments (#)."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [(number, line) for number, line in enumerate(lines, 1) if line]


def key_of(word: str) -> bytes | None:
    """The key that a word is; None if it is none."""
    try:
        key = base64.b64decode(word, validate=True)
    except binascii.Error:
        return None
    return key if len(key) == KEY_BYTES else None
