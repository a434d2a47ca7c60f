"""The entry of a trained model in models.toml."""

import shutil
import tomllib
from pathlib import Path

import pytest

from training.calibration import Table
from training.export.registry import enter

TABLE = Table(midpoint=0.5, width=0.25, band=0.1, parity_midpoint=1.0, parity_width=0.5)
OTHER = Table(midpoint=0.7, width=0.25, band=0.1, parity_midpoint=1.0, parity_width=0.5)


@pytest.fixture(name="toml")
def _toml(tmp_path: Path) -> Path:
    return Path(shutil.copy("models/models.toml", tmp_path))


def test_a_new_entry_is_appended_and_nothing_else_changes(toml: Path) -> None:
    """The comments and the other models stay as they are."""
    before = toml.read_text(encoding="utf-8")
    enter(toml, "trained", sha256="ab", dimension=512, table=TABLE)
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]

    assert toml.read_text(encoding="utf-8").startswith(before.rstrip("\n"))
    assert "ab" == found["trained"]["sha256"]
    assert 0.5 == found["trained"]["quality"]["midpoint"]


def test_an_entry_is_replaced_whole(toml: Path) -> None:
    """Entered three times, the model is there once, with the last numbers, beside all others."""
    names = set(tomllib.loads(toml.read_text(encoding="utf-8"))["models"])
    enter(toml, "trained", sha256="ab", dimension=512, table=TABLE)
    once = toml.read_text(encoding="utf-8")
    enter(toml, "trained", sha256="cd", dimension=512, table=OTHER)
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]
    enter(toml, "trained", sha256="ab", dimension=512, table=TABLE)

    assert names | {"trained"} == set(found)
    assert ("cd", 0.7) == (found["trained"]["sha256"], found["trained"]["quality"]["midpoint"])
    assert once == toml.read_text(encoding="utf-8")


def test_an_entry_in_the_middle_is_replaced_and_what_follows_stays(toml: Path) -> None:
    """The first embedder's tables go; those after it, and their order, do not."""
    enter(toml, "first", sha256="ab", dimension=512, table=TABLE)
    enter(toml, "second", sha256="cd", dimension=512, table=OTHER)
    enter(toml, "first", sha256="ef", dimension=512, table=OTHER)
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]

    assert "ef" == found["first"]["sha256"]
    second = found["second"]
    assert ("cd", "BGR") == (second["sha256"], second["preprocessing"]["channels"])
