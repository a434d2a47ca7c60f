"""The whole report: numbers of the goals first, then all sections."""

from collections.abc import Mapping, Sequence

from evaluation.ablations import Ablations
from evaluation.enhancement.run import Measured
from evaluation.goals.number import Number
from evaluation.page import (
    ablations,
    clean,
    covered,
    discarding,
    enhancement,
    ladders,
    quality,
    strangers,
)
from evaluation.page import goals as goals_table
from evaluation.page.html import Section, Table, Text, render
from evaluation.page.numbers import share
from evaluation.page.rungs import Models
from evaluation.parts.cost import ROUNDS, Cost


def page(
    models: Models,
    goals: Mapping[str, Sequence[Number]],
    costs: Mapping[str, Cost],
    rows: Ablations | None,
    enhanced: Measured | None = None,
    *,
    date: str,
) -> str:
    """Write the page.

    Args:
        models: The first one is the baseline.
        goals: Numbers by model.
        costs: Times by model.
        rows: Of models that are not served, if there are any.
        enhanced: What an enhancer does for them, if there is one.
        date: Of the run.
    """
    sections = [
        goals_table.section(goals),
        clean.section(models),
        ladders.section(models),
        covered.section(models),
        covered.gained(models),
        discarding.section(models),
        quality.shots(models),
        quality.calibration(models),
        strangers.nonfaces(models),
        strangers.openset(models),
        *([enhancement.section(enhanced.examined, enhanced.goals)] if enhanced else []),
        _costs(costs),
        *([ablations.section(rows)] if rows else []),
    ]
    names = ", ".join(f"{each.name} ({each.sha256[:12]})" for each in models)
    probes = len(models[0].people)
    text = (
        f"{date}. Models, the first one is the baseline: {names}. {probes} mated pairs of LFW, the "
        "second photo spoiled. Nothing was chosen on these numbers."
    )
    return render("Sureface: judgement, measured", [Text(text=text)], sections)


def _costs(costs: Mapping[str, Cost]) -> Section:
    lines = [
        [
            name,
            f"{it.clean.mean_ms:.2f}",
            share(it.clean.twice),
            f"{it.spoiled.mean_ms:.2f}",
            share(it.spoiled.twice),
        ]
        for name, it in costs.items()
    ]
    head = ["", "clean crop, ms", "looked at twice", "at ISO 12800, ms", "looked at twice"]
    text = (
        "One crop alone, one thread, models in turn; the mean over crops of the median of "
        f"{ROUNDS} rounds. Looked at twice: share of the crops that the second branch saw."
    )
    return Section(title="Cost", blocks=[Text(text=text), Table(head=head, lines=lines)])
