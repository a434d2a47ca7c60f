"""Puts measured numbers where they are read: `models.toml` and the model card."""

import re
from pathlib import Path

from evaluation.magnitude import Calibration

BEGIN = "<!-- written by `python -m evaluation`; do not edit -->"
END = "<!-- end of the written part -->"


def write_card(card: Path, section: str) -> None:
    """Replace the written part of a model card.

    Raises:
        ValueError: The card lacks one of the two marker lines.
    """
    before, begin, rest = card.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{card.name} lacks the lines {BEGIN} and {END}")
    card.write_text(f"{before}{BEGIN}\n\n{section}\n\n{END}{after}", encoding="utf-8")


def write_quality(toml: Path, name: str, fitted: Calibration) -> None:
    """Replace the table [models.NAME.quality], or append it. Comments elsewhere are kept."""
    table = (
        f"[models.{name}.quality]\n"
        f'method = "{fitted.method}"\n'
        f"midpoint = {fitted.sigmoid.midpoint}\n"
        f"width = {fitted.sigmoid.width}\n"
    )
    text = toml.read_text(encoding="utf-8")
    old = rf"^\[models\.{re.escape(name)}\.quality\].*\n(?:[^\[\n].*(?:\n|\Z))*"
    text, replaced = re.subn(old, table, text, flags=re.MULTILINE)
    toml.write_text(text if replaced else f"{text}\n{table}", encoding="utf-8")
