"""Trials of several models as one table: groups of conditions and their means."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from training import records
from training.robust.trial import Rates

NAMED = "covered"
"""The group whose patterns are judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Of one model; the first four are mean false non-match rates of their groups."""

    clean: float
    noise: float
    small: float
    covered: float
    fmr: float
    """Highest false match rate of all conditions at the same line, as a multiple of .001."""

    top1: float | None
    """Share of patterns named, of covered crops."""

    overlap: float | None
    """Mean intersection over union of these."""


def line(rates: Mapping[str, Rates]) -> Line:
    """Take means: of conditions called ``GROUP: ...`` by group."""

    def mean(group: str) -> float:
        members = [each.fnmr for name, each in rates.items() if name.split(":")[0] == group]
        return float(np.mean(members))

    covered = [each for name, each in rates.items() if name.startswith(NAMED)]
    return Line(
        clean=mean("clean"),
        noise=mean("noise"),
        small=mean("small"),
        covered=mean("covered"),
        fmr=max(each.fmr for each in rates.values()) / 1e-3,
        top1=_mean([each.top1 for each in covered]),
        overlap=_mean([each.overlap for each in covered]),
    )


def write(path: Path, lines: Mapping[str, Line]) -> None:
    """As `evaluation.ablations` reads it."""
    records.write(
        path,
        [
            {"ablation": name}
            | {key: "" if x is None else f"{x:.4f}" for key, x in asdict(found).items()}
            for name, found in lines.items()
        ],
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
