"""Plots as small SVG files that are the same for the same numbers."""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.results import PLOTS
from bench.style import STYLE


@contextmanager
def plot(name: str, *, columns: int = 1, height: float = 3.2) -> Iterator[list[Axes]]:
    """Draw within the block; the file is written at its end.

    Args:
        name: Of the file, such as ``gallery/growth``.
        columns: Panels beside each other.
        height: In inches.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(4.4 * columns, height), layout="constrained")
        panels = [figure.add_subplot(1, columns, number + 1) for number in range(columns)]
        yield panels
        path = PLOTS / f"{name}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        # Lines of matplotlib's end in blanks.
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")
