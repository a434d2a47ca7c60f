"""The entry of a trained model in models.toml."""

import hashlib
import shutil
import tomllib
from pathlib import Path

import pytest

from meshkit.models.registry import find
from training.calibration import Table
from training.export.registry import embedder, enhancer, enter, fusion

TABLE = Table(midpoint=0.5, width=0.25, band=0.1, parity_midpoint=1.0, parity_width=0.5)
OTHER = Table(midpoint=0.7, width=0.25, band=0.1, parity_midpoint=1.0, parity_width=0.5)


def entry(name: str, sha256: str, table: Table) -> str:
    return embedder(name, sha256=sha256, dimension=512, table=table)


@pytest.fixture(name="toml")
def _toml(tmp_path: Path) -> Path:
    return Path(shutil.copy("models/models.toml", tmp_path))


def test_a_new_entry_is_appended_and_nothing_else_changes(toml: Path) -> None:
    """The comments and the other models stay as they are."""
    before = toml.read_text(encoding="utf-8")
    enter(toml, "trained", entry("trained", "ab", TABLE))
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]

    assert toml.read_text(encoding="utf-8").startswith(before.rstrip("\n"))
    assert "ab" == found["trained"]["sha256"]
    assert 0.5 == found["trained"]["quality"]["midpoint"]


def test_an_entry_is_replaced_whole(toml: Path) -> None:
    """Entered three times, the model is there once, with the last numbers, beside all others."""
    names = set(tomllib.loads(toml.read_text(encoding="utf-8"))["models"])
    enter(toml, "trained", entry("trained", "ab", TABLE))
    once = toml.read_text(encoding="utf-8")
    enter(toml, "trained", entry("trained", "cd", OTHER))
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]
    enter(toml, "trained", entry("trained", "ab", TABLE))

    assert names | {"trained"} == set(found)
    assert ("cd", 0.7) == (found["trained"]["sha256"], found["trained"]["quality"]["midpoint"])
    assert once == toml.read_text(encoding="utf-8")


def test_an_entry_in_the_middle_is_replaced_and_what_follows_stays(toml: Path) -> None:
    """The first embedder's tables go; those after it, and their order, do not."""
    enter(toml, "first", entry("first", "ab", TABLE))
    enter(toml, "second", entry("second", "cd", OTHER))
    enter(toml, "first", entry("first", "ef", OTHER))
    found = tomllib.loads(toml.read_text(encoding="utf-8"))["models"]

    assert "ef" == found["first"]["sha256"]
    second = found["second"]
    assert ("cd", "BGR") == (second["sha256"], second["preprocessing"]["channels"])


def test_what_is_entered_is_what_services_find(toml: Path) -> None:
    """An enhancer with its pixels, and a gate with the contract that it fuses."""
    folder = toml.parent
    digest = hashlib.sha256(b"graph").hexdigest()
    for name, text in {
        "better": enhancer("better", sha256=digest),
        "both": fusion("both", sha256=digest, contract="arc512-abc"),
    }.items():
        (folder / f"{name}.onnx").write_bytes(b"graph")
        enter(toml, name, text)
    how = find(folder, "better", task="enhancer").preprocessing

    assert ("BGR", 0.0, 255.0) == (how.channels, how.mean, how.scale)
    assert "arc512-abc" == find(folder, "both", task="fusion").fuses
