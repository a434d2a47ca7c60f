"""A calibration as two plots: which errors to choose between, and what a gallery's size does."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from faces.calibration import Calibration, Size

GALLERIES = (1, 100, 10_000)
"""People of the DET curves."""

_LINES = np.linspace(0.0, 0.95, 160)
_SIZES = np.geomspace(1, 100_000, 40).round().astype(int)
_LEAST = 1e-5
"""Error below which nobody looks."""


def draw(calibration: Calibration, folder: Path, targets: Sequence[float]) -> list[Path]:
    """Write det.svg and fpir.svg."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sureface", "font.size": 9}):
        figures = {"det": Figure(figsize=(5, 3.6)), "fpir": Figure(figsize=(5, 3.6))}
        _det(figures["det"].add_subplot(), calibration)
        _fpir(figures["fpir"].add_subplot(), calibration, targets)
        paths = []
        for name, figure in figures.items():
            figure.set_layout_engine("constrained")
            paths.append(folder / f"{name}.svg")
            figure.savefig(paths[-1], metadata={"Date": None})
    return paths


def _det(axes: Axes, calibration: Calibration) -> None:
    misses = [calibration.fnmr(line) for line in _LINES]
    for persons in GALLERIES:
        size = Size(persons=persons, templates=persons)
        rates = [calibration.fpir(line, size) for line in _LINES]
        kept = [(x, y) for x, y in zip(rates, misses, strict=True) if x >= _LEAST and y >= _LEAST]
        axes.loglog(*zip(*kept, strict=True), label=f"{persons:,} people")
    axes.set(xlabel="FPIR: searches for strangers with a match", ylabel="FNIR: mates missed")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def _fpir(axes: Axes, calibration: Calibration, targets: Sequence[float]) -> None:
    """The line for each target, with where it would lie for the ends of its interval."""
    for target in targets:
        lines = [_line(calibration, target, int(persons)) for persons in _SIZES]
        axes.semilogx(_SIZES, lines, label=f"FPIR {target:g}")
        limit = [
            persons
            for persons, line in zip(_SIZES, lines, strict=True)
            if calibration.seen(line) >= 1
        ]
        if limit and limit[-1] < _SIZES[-1]:
            axes.axvline(float(limit[-1]), linestyle=":", color=axes.lines[-1].get_color())
    axes.set(xlabel="people enrolled; dotted: no data beyond", ylabel="match from similarity")
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def _line(calibration: Calibration, target: float, persons: int) -> float:
    return calibration.line(target, Size(persons=persons, templates=persons))
