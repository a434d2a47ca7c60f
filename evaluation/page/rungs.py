"""Rungs of ladders as lines of a table and as plots: of causes and of things alike."""

from collections.abc import Sequence

from degradations import LADDERS, OCCLUDERS
from evaluation.examination import Examined
from evaluation.page.html import Figure, Table
from evaluation.page.numbers import share, tiny
from evaluation.page.plots import COLOURS, drawing, legend
from evaluation.parts.rungs import Climbed, Rung

Models = Sequence[Examined]
"""At least one; the first is the baseline."""

UNITS = {name: each.unit for name, each in (LADDERS | OCCLUDERS).items()}
"""Of severities, by ladder."""

_COLUMNS = ("quality", "similarity", "FNMR", "FMR")


def table(models: Models, climbed: Sequence[Climbed], caption: str = "") -> Table:
    """A line for each rung; `climbed` holds the same rungs of each model."""
    return Table(
        head=["", *(f"{each.name} {what}" for each in models for what in _COLUMNS)],
        lines=[_cells(climbed, number) for number in range(len(climbed[0].rungs))],
        caption=caption,
    )


def plot(models: Models, climbed: Sequence[Climbed], names: Sequence[str]) -> Figure:
    """A panel for each ladder: quality and failures."""
    with drawing(len(names)) as drawn:
        for axes, name in zip(drawn.panels, names, strict=True):
            for model, found, colour in zip(models, climbed, COLOURS, strict=False):
                rungs: list[Rung] = found.of(name)
                at = range(len(rungs))
                axes.plot(at, [r.quality for r in rungs], "o-", color=colour, label=model.name)
                axes.plot(at, [r.fnmr.value for r in rungs], "o--", color=colour)
                axes.set_xticks(list(at), [f"{r.severity:g}" for r in rungs])
            axes.set_title(name)
            axes.set_xlabel(UNITS[name])
            axes.set_ylabel("quality, FNMR")
            axes.set_ylim(-0.02, 1.02)
        legend(drawn.panels[0])
    return Figure(svg=drawn.svg, caption="Solid: mean quality. Dashed: FNMR at the line.")


def _cells(climbed: Sequence[Climbed], number: int) -> list[str]:
    line = [climbed[0].rungs[number].name]
    for each in climbed:
        rung = each.rungs[number]
        rates = [share(rung.fnmr.value), tiny(rung.fmr)]
        line += [share(rung.quality), share(rung.similarity), *rates]
    return line
