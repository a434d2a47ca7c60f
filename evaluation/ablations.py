"""Numbers of models that are not served, as training left them in `models/ablations.csv`.

They are measured by `training` on people of `train/` who are kept aside, never on LFW: by them it
was chosen what is served. The report shows them as they are.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from meshkit.config import ConfigError

FILE = "ablations.csv"
"""Beside `models.toml`. The first column, `ablation`, names the model; the others are numbers or
empty. For example ``ablation,clean,noise,small,covered,FMR,top-1,IoU``, the first four FNMR."""

NAME = "ablation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ablations:
    """A table."""

    columns: list[str]

    rows: dict[str, list[float | None]]
    """By name; None where there is no such number."""


def read(folder: Path) -> Ablations | None:
    """Read the table of a folder of models; None if there is none.

    Raises:
        ConfigError: It is no such table.
    """
    path = folder / FILE
    if not path.exists():
        return None
    with path.open(newline="", encoding="utf-8") as file:
        head, *lines = list(csv.reader(file)) or [[]]
    if head[:1] != [NAME]:
        raise ConfigError(f"{path}: the first column is {NAME}")
    odd = [number for number, line in enumerate(lines, start=2) if len(line) != len(head)]
    if odd:
        raise ConfigError(f"{path}: line {odd[0]} has not as many cells as the first")
    try:
        rows = {name: [float(cell) if cell else None for cell in cells] for name, *cells in lines}
    except ValueError as error:
        raise ConfigError(f"{path}: {error}") from None
    return Ablations(columns=head[1:], rows=rows)
