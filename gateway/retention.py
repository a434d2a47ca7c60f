"""For how long each collection lets what is made of it be kept: a file of the operator."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from faces import fields as shapes
from faces.errors import FieldInvalid
from meshkit.config import ConfigError

SWEEP_S = 3600.0
"""Between two looks for what is too old."""

_MOST_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """For how long; 0 for as long as nothing else says."""

    review_days: int = 0
    """Pictures of review items, after the hit. The scene's `review_days` count, too: the shorter
    time holds."""

    job_days: int = 0
    """Crops and tracks of a job, after it was submitted."""

    person_days: int = 0
    """People, after their latest template."""

    def __post_init__(self) -> None:
        for column in fields(self):
            value = getattr(self, column.name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not (whole and 0 <= value <= _MOST_DAYS):
                raise ValueError(f"{column.name} must be whole days, 0 to {_MOST_DAYS}")


def read_retention(path: Path | None) -> Mapping[str, Kept]:
    """What is kept for how long, by collection.

    Args:
        path: The file; None for one that says nothing.

    Raises:
        ConfigError: It cannot be read, or says what it must not.
    """
    if path is None:
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {shapes.collection_id(name): _kept(name, table) for name, table in tables.items()}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, FieldInvalid) as problem:
        raise ConfigError(f"{path}: {problem}") from None


def _kept(name: str, table: object) -> Kept:
    known = {column.name for column in fields(Kept)}
    if not isinstance(table, dict) or not table.keys() <= known:
        raise ValueError(f"[{name}] may say {', '.join(sorted(known))}")
    try:
        return Kept(**table)
    except ValueError as problem:
        raise ValueError(f"[{name}] {problem}") from None
