"""Puts a model's entry into models.toml, in place of the one before."""

import re
from pathlib import Path

from training.calibration import Table


def enter(toml: Path, name: str, entry: str) -> None:
    """Replace the tables [models.NAME...], or append them; everything else is kept.

    Args:
        toml: The registry.
        name: Of the model.
        entry: What stands in its tables, as `embedder` and others below write it.
    """
    text = toml.read_text(encoding="utf-8")
    old = rf"^\[models\.{re.escape(name)}(?:\.\w+)?\]\n(?:[^\[\n].*\n|\n(?!\[))*\n?"
    kept = re.sub(old, "", text, flags=re.MULTILINE).rstrip("\n")
    toml.write_text(f"{kept}\n\n{entry}", encoding="utf-8")


def embedder(name: str, *, sha256: str, dimension: int, table: Table) -> str:
    """Of a trained embedder.

    Args:
        name: Its file is NAME.onnx, its card NAME.md.
        sha256: Of its file.
        dimension: Numbers in a vector.
        table: From its log u to quality.
    """
    return (
        _head(name, "embedder", "arcface", sha256)
        + f"dimension = {dimension}\n"
        + f"\n[models.{name}.preprocessing]\n"
        'version = "1"\n'
        'channels = "BGR"\n'
        "mean = 127.5\n"
        "scale = 128.0\n" + f"\n[models.{name}.quality]\n{table.lines()}"
    )


def enhancer(name: str, *, sha256: str) -> str:
    """Of a trained enhancer, whose pixels are BGR from 0 to 1."""
    return (
        _head(name, "enhancer", "sureface", sha256) + f"\n[models.{name}.preprocessing]\n"
        'version = "1"\n'
        'channels = "BGR"\n'
        "mean = 0.0\n"
        "scale = 255.0\n"
    )


def fusion(name: str, *, sha256: str, contract: str) -> str:
    """Of a gate that fuses vectors of one contract."""
    return _head(name, "fusion", "sureface", sha256) + f'contract = "{contract}"\n'


def _head(name: str, task: str, family: str, sha256: str) -> str:
    card = "enhancer" if task == "fusion" else name
    return (
        f"[models.{name}]\n"
        f'task = "{task}"\n'
        f'family = "{family}"\n'
        f'file = "{name}.onnx"\n'
        f'sha256 = "{sha256}"\n'
        'licence = "MIT AND LicenseRef-research-data"\n'
        'licence_file = "licences/sureface.txt"\n'
        f'card = "{card}.md"\n'
    )
