"""Puts a served graph's entry into models.toml, in place of the one before."""

import re
from pathlib import Path

from training.calibration import Table


def enter(toml: Path, name: str, *, sha256: str, dimension: int, table: Table) -> None:
    """Replace the tables [models.NAME...], or append them; everything else is kept.

    Args:
        toml: The registry.
        name: Of the model; its file is NAME.onnx, its card NAME.md.
        sha256: Of its file.
        dimension: Numbers in a vector.
        table: From its log u to quality.
    """
    entry = (
        f"[models.{name}]\n"
        'task = "embedder"\n'
        'family = "arcface"\n'
        f'file = "{name}.onnx"\n'
        f'sha256 = "{sha256}"\n'
        'licence = "MIT AND LicenseRef-research-data"\n'
        'licence_file = "licences/sureface.txt"\n'
        f'card = "{name}.md"\n'
        f"dimension = {dimension}\n"
        f"\n[models.{name}.preprocessing]\n"
        'version = "1"\n'
        'channels = "BGR"\n'
        "mean = 127.5\n"
        "scale = 128.0\n"
        f"\n[models.{name}.quality]\n"
        f"{table.lines()}"
    )
    text = toml.read_text(encoding="utf-8")
    old = rf"^\[models\.{re.escape(name)}(?:\.\w+)?\]\n(?:[^\[\n].*\n|\n(?!\[))*\n?"
    kept = re.sub(old, "", text, flags=re.MULTILINE).rstrip("\n")
    toml.write_text(f"{kept}\n\n{entry}", encoding="utf-8")
