"""Quality against its rivals: error versus discard."""

import numpy as np
from matplotlib.axes import Axes

from evaluation.conditions import MIXTURES
from evaluation.measures.discard import LIMIT, SHARES
from evaluation.page.html import Block, Figure, Section, Table, Text
from evaluation.page.numbers import interval, share
from evaluation.page.plots import COLOURS, drawing, legend
from evaluation.page.rungs import Models
from evaluation.parts.discarding import QUALITY

_POINTS = 300
"""Of a curve, at most: more cannot be seen."""


def section(models: Models) -> Section:
    """A plot and a table for each set of mixed degradations."""
    text = (
        "Probes spoiled at random, against clean references; the quality of a comparison is the "
        "lower one of its two. Area: under the curve up to 30 % left out, as a share of what "
        "leaving out by chance would give. Intervals: 95 %, people drawn again. Beaten: the whole "
        "interval of the model's quality lies below that of the rival. Ahead: the area of the "
        "rival less that of quality, the same people drawn for both. Who knows: the area of a "
        "judge who knows what fails; nobody can be better."
    )
    blocks: list[Block] = [Text(text=text)]
    for name in models[0].discarding:
        blocks += [_curves(models, name), _areas(models, name)]
    return Section(title="Error versus discard", blocks=blocks)


def _areas(models: Models, name: str) -> Table:
    lines = []
    for each in models:
        found = each.discarding[name]
        for measure, (area, low, high) in found.areas.items():
            beaten = "yes" if measure in found.beaten() else "no"
            lines.append(
                [
                    f"{each.name}: {measure}",
                    f"{share(area)} ({share(low)} to {share(high)})",
                    share(found.moving_areas[measure]),
                    "" if measure == QUALITY else beaten,
                    "" if measure == QUALITY else interval(found.ahead[measure]),
                ]
            )
        lines.append([f"{each.name}: who knows", share(found.ideal), "", "", ""])
    how = MIXTURES[name]
    fnmr = ", ".join(f"{each.name} {share(each.discarding[name].fnmr)}" for each in models)
    caption = (
        f"{name}: {how.occlude:.0%} covered, {how.spoil:.0%} spoiled by a camera. "
        f"FNMR with nothing left out: {fnmr}."
    )
    head = ["", "area, line stays", "area, line moves", "beaten", "ahead"]
    return Table(head=head, lines=lines, caption=caption)


def _curves(models: Models, name: str) -> Figure:
    with drawing(2 * len(models), columns=2, height=3.0) as drawn:
        for number, each in enumerate(models):
            stays, moves = drawn.panels[2 * number : 2 * number + 2]
            found = each.discarding[name].measures
            for (label, it), colour in zip(found.items(), COLOURS, strict=False):
                every = max(1, len(it.rates) // _POINTS)
                _step(stays, it.shares[::every], it.rates[::every], colour, label)
                _step(moves, np.array(SHARES), it.moving, colour, label)
            stays.set_title(f"{each.name}, {name}: the line stays")
            moves.set_title(f"{each.name}, {name}: the line moves")
            legend(stays)
    return Figure(svg=drawn.svg, caption=f"Error versus discard, {name} set.")


def _step(
    axes: Axes,
    shares: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    rates: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    colour: str,
    label: str,
) -> None:
    axes.step(shares, rates, where="post", color=colour, label=label)
    axes.axvline(LIMIT, color="#9aa7b3", linewidth=0.8)
    axes.set_xlabel("share left out")
    axes.set_ylabel("FNMR")
    axes.set_xlim(0, 0.95)
    axes.set_ylim(bottom=0)
