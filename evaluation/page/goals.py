"""Numbers with a goal first, then all others."""

from collections.abc import Mapping, Sequence

from evaluation.goals.number import Number
from evaluation.page.html import Cell, Section, Table


def section(goals: Mapping[str, Sequence[Number]]) -> Section:
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
