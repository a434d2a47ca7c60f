"""Keys in tests, and what is sealed with them."""

import base64
from pathlib import Path

from meshkit.sealing import Ring, Sealer
from services.gallery.sealing import Sealing

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(range(32, 64))).decode()


def sealer(*keys: str) -> Sealer:
    """Seals with the first of these lines."""
    return Sealer(lambda: Ring.parse("\n".join(keys)))


def sealing(*keys: str) -> Sealing:
    """The same, for vectors."""
    return Sealing(sealer(*keys))


def key_id(key: str) -> str:
    """What a key is called."""
    return Ring.parse(key).first


def key_file(path: Path, *keys: str) -> Path:
    """Write keys to a file, in place of those that were there."""
    path.write_text("\n".join(keys), "ascii")
    return path


def found(folder: Path, *texts: bytes) -> list[bool]:
    """Whether each text is in any file of a folder."""
    files = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    return [any(text in content for content in files) for text in texts]
