"""The whole report: numbers of the goals first, then all sections."""

from collections.abc import Mapping, Sequence

from evaluation.ablations import Ablations
from evaluation.goals.number import Number
from evaluation.page import ablations, clean, covered, discarding, ladders, quality, strangers
from evaluation.page.html import Cell, Section, Table, Text, render
from evaluation.page.numbers import share
from evaluation.page.rungs import Models
from evaluation.parts.cost import ROUNDS, Cost


def page(
    models: Models,
    goals: Mapping[str, Sequence[Number]],
    costs: Mapping[str, Cost],
    rows: Ablations | None,
    *,
    date: str,
) -> str:
    """Write the page.

    Args:
        models: The first one is the baseline.
        goals: Numbers by model.
        costs: Times by model.
        rows: Of models that are not served, if there are any.
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
        *([ablations.section(rows)] if rows else []),
    ]
    names = ", ".join(f"{each.name} ({each.sha256[:12]})" for each in models)
    probes = len(models[0].people)
    text = (
        f"{date}. Models, the first one is the baseline: {names}. {probes} mated pairs of LFW, the "
        "second photo spoiled. Nothing was chosen on these numbers."
    )
    return render("Sureface: judgement, measured", [Text(text=text)], sections)


def _goals(goals: Mapping[str, Sequence[Number]]) -> Section:
    """Numbers with a goal, then the others; the first model is only reported."""
    base, *_ = goals
    wanted = {it.metric: it for numbers in goals.values() for it in numbers if it.goal}
    # The last one has what the baseline has not, in its place.
    metrics = dict.fromkeys(it.metric for each in reversed(list(goals.values())) for it in each)
    found = {(name, it.metric): it for name, numbers in goals.items() for it in numbers}

    def line(metric: str, *goal: str) -> list[str | Cell]:
        cells = [_reached(found.get((name, metric)), judged=name != base) for name in goals]
        return [metric, *goal, *cells]

    judged = [
        line(metric, f"{wanted[metric].goal} {wanted[metric].unit}".strip())
        for metric in metrics
        if metric in wanted
    ]
    reported = [line(metric) for metric in metrics if metric not in wanted]
    return Section(
        title="Goals",
        blocks=[
            Table(head=["", "goal", *goals], lines=judged),
            Table(head=["", *goals], lines=reported, caption="Without a goal:"),
        ],
    )


def _reached(number: Number | None, *, judged: bool) -> Cell:
    if number is None:
        return Cell(text="")
    text = f"{number.reached:.4g} {number.unit}".strip() if number.known else "not measured"
    return Cell(text=text, kind=number.mark.value if judged and number.goal else "")


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
