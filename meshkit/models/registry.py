"""`models.toml`: which model files there are, and what they must hash to."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faces.contract import Preprocessing, contract_id
from meshkit.config import ConfigError

SCHEMA = 1
"""The version of `models.toml` that this code reads."""

_FILE = "models.toml"

_VECTORS: dict[str, Any] = {"channels": "RGB", "mean": 0.0, "scale": 1.0}
"""A fusion gate sees no pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """A verified model file and what the registry says of it."""

    name: str
    """Its name in the registry, for example ``yunet``."""

    family: str
    """Which code reads its outputs, for example ``centerface`` or ``arcface``."""

    path: Path
    """The ONNX file. Its bytes had the registered digest a moment ago."""

    sha256: str
    """That digest: 64 hexadecimal digits."""

    preprocessing: Preprocessing
    """How its input is made."""

    dimension: int
    """Length of its vectors; 0 for models that make none."""

    quality: dict[str, Any]
    """How its quality score is computed; empty for models that make none."""

    fuses: str = ""
    """For a fusion gate: the contract of the vectors that it was trained to fuse."""

    @property
    def contract_id(self) -> str:
        """The vector space that it maps to."""
        return contract_id(
            model_sha256=self.sha256, preprocessing=self.preprocessing, dimension=self.dimension
        )


def find(folder: Path, name: str, *, task: str) -> ModelFile:
    """Look a model up and verify its file.

    Args:
        folder: Where `models.toml` and the files are.
        name: Of the model.
        task: What it must be for: ``detector``, ``embedder``, ``enhancer`` or ``fusion``.

    Raises:
        ConfigError: The registry, the entry or the file is missing or altered.
    """
    fits = _rows(folder, task)
    toml = folder / _FILE
    if name not in fits:
        raise ConfigError(f"{toml} has no {task} named {name}; it has {', '.join(sorted(fits))}")
    try:
        return _verified(folder, name, fits[name])
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"{toml}: [models.{name}] is incomplete or wrong: {error}") from None


def registered(folder: Path, task: str) -> list[str]:
    """Names of all models for a task, in the order of `models.toml`.

    Raises:
        ConfigError: The registry is missing or wrong.
    """
    return list(_rows(folder, task))


def gates(folder: Path, contract: str) -> list[ModelFile]:
    """All fusion gates that were trained for vectors of a contract, the one that is served first.

    Raises:
        ConfigError: The registry, an entry or a file is missing or altered.
    """
    found = [find(folder, name, task="fusion") for name in registered(folder, "fusion")]
    return [gate for gate in found if gate.fuses == contract]


def _rows(folder: Path, task: str) -> dict[str, Any]:
    toml = folder / _FILE
    try:
        registry = tomllib.loads(toml.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigError(f"{toml} cannot be read; set ..._MODELS to the models folder") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{toml} is not TOML: {error}") from None
    if registry.get("schema") != SCHEMA:
        raise ConfigError(f"{toml} has schema {registry.get('schema')}, not {SCHEMA}")
    return {key: row for key, row in registry.get("models", {}).items() if row.get("task") == task}


def _verified(folder: Path, name: str, row: dict[str, Any]) -> ModelFile:
    path = folder / row["file"]
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise ConfigError(f"model file {path} cannot be read; run make models") from None
    if digest != row["sha256"]:
        raise ConfigError(f"model file {path} is altered: sha256 {digest}, not {row['sha256']}")
    fusion = row["task"] == "fusion"
    how = _VECTORS if fusion else row["preprocessing"]
    return ModelFile(
        name=name,
        family=row["family"],
        path=path,
        sha256=digest,
        preprocessing=Preprocessing(
            version=how.get("version", ""),
            channels=how["channels"],
            mean=how["mean"],
            scale=how["scale"],
        ),
        dimension=row.get("dimension", 0),
        quality=row.get("quality", {}),
        fuses=row["contract"] if fusion else "",
    )
