"""Plots in one style, as SVG that can stand inside a page."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from bench.style import STYLE

COLOURS = ("#1f6f9f", "#c8561b", "#3d8b4f", "#7a4fa3", "#8a7a1f", "#5b6670")
"""Of models or of measures, in their order."""

DASHES = ("-", "--", ":", "-.")

_STYLE = STYLE | {"lines.linewidth": 1.6, "lines.markersize": 4, "legend.frameon": False}


@dataclass(slots=True)
class Drawing:
    """Panels to draw on, and the SVG after the block."""

    panels: Sequence[Axes]
    svg: str = ""


@contextmanager
def drawing(panels: int = 1, *, columns: int = 3, height: float = 2.7) -> Iterator[Drawing]:
    """Draw within the block.

    Args:
        panels: How many.
        columns: At most so many beside each other.
        height: Of a row, in inches.
    """
    across = min(panels, columns)
    rows = -(-panels // across)
    with mpl.rc_context(_STYLE):
        canvas = Canvas(figsize=(3.5 * across, height * rows), layout="constrained")
        drawn = Drawing([canvas.add_subplot(rows, across, n + 1) for n in range(panels)])
        yield drawn
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = file.getvalue()
    drawn.svg = svg[svg.index("<svg") :]


def legend(axes: Axes) -> None:
    """Name the lines, if there is more than one."""
    if len(axes.get_legend_handles_labels()[1]) > 1:
        axes.legend(fontsize=8)
