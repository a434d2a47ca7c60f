"""The whole report: numbers of the goals first, then all sections."""

import math
from collections.abc import Mapping, Sequence

from bench.goal import mark
from evaluation.goals import Number
from evaluation.page import clean, covered, discarding, ladders, quality, strangers
from evaluation.page.html import Cell, Section, Table, Text, render
from evaluation.page.rungs import Models
from evaluation.parts.cost import Cost


def page(
    models: Models, goals: Mapping[str, Sequence[Number]], costs: Mapping[str, Cost], *, date: str
) -> str:
    """Write the page.

    Args:
        models: The first one is the baseline.
        goals: Numbers by model.
        costs: Times by model.
        date: Of the run.
    """
    sections = [
        _goals(goals),
        clean.section(models),
        ladders.section(models),
        covered.section(models),
        covered.gained(models),
        discarding.section(models),
        quality.shots(models),
        quality.calibration(models),
        strangers.nonfaces(models),
        strangers.openset(models),
        _costs(costs),
    ]
    names = ", ".join(f"{each.name} ({each.sha256[:12]})" for each in models)
    probes = len(models[0].people)
    text = (
        f"{date}. Models, the first one is the baseline: {names}. {probes} mated pairs of LFW, the "
        "second photo spoiled. Nothing was chosen on these numbers."
    )
    return render("Sureface: judgement, measured", [Text(text=text)], sections)


def _goals(goals: Mapping[str, Sequence[Number]]) -> Section:
    metrics = list(dict.fromkeys(it.metric for numbers in goals.values() for it in numbers))
    found = {(name, it.metric): it for name, numbers in goals.items() for it in numbers}
    lines: list[list[str | Cell]] = []
    for metric in metrics:
        known = [it for name in goals if (it := found.get((name, metric)))]
        goal = next((it.goal for it in known if it.goal), "")
        cells = [_reached(found.get((name, metric))) for name in goals]
        lines.append([metric, f"{goal} {known[0].unit}".strip() if goal else "", *cells])
    return Section(title="Goals", blocks=[Table(head=["", "goal", *goals], lines=lines)])


def _reached(number: Number | None) -> Cell:
    if number is None:
        return Cell(text="")
    if math.isnan(number.reached):
        return Cell(text="-")
    text = f"{number.reached:.4g} {number.unit}".strip()
    return Cell(text=text, kind=mark(number.goal, number.reached).value if number.goal else "")


def _costs(costs: Mapping[str, Cost]) -> Section:
    lines = [[name, f"{it.clean_ms:.2f}", f"{it.spoiled_ms:.2f}"] for name, it in costs.items()]
    head = ["", "clean crop, ms", "the same at ISO 12800, ms"]
    return Section(
        title="Cost",
        blocks=[
            Text(text="One crop alone, one thread, models in turn; median."),
            Table(head=head, lines=lines),
        ],
    )
