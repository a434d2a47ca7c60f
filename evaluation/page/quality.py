"""Is quality worth its name: repeated shots, promises, evidence."""

from evaluation.goals.number import MAIN
from evaluation.page.html import Block, Figure, Section, Table, Text
from evaluation.page.numbers import share
from evaluation.page.plots import COLOURS, drawing, legend
from evaluation.page.rungs import Models


def shots(models: Models) -> Section:
    """How far similarity jumps."""
    lines = [
        [each.name, name, str(group.faces), share(group.spread, 4), share(group.worst, 4)]
        for each in models
        for name, group in (
            ("≥ .6", each.shots.good),
            (".4 to .6", each.shots.fair),
            ("< .4", each.shots.bad),
        )
    ]
    below = ", ".join(f"{each.name} {share(each.shots.below_review)}" for each in models)
    text = (
        "Each face photographed five times at each ISO. Standard deviation over the shots of its "
        "similarity to the clean reference, by mean quality. Source article 000 promises < .03 "
        f"from quality .6 on, > .08 below .4. Below .35 at ISO 6400 (article: .68): {below}."
    )
    head = ["", "quality", "faces", "mean spread", "one of ten above"]
    blocks: list[Block] = [Text(text=text), Table(head=head, lines=lines)]
    if any(each.shots.held is not None for each in models):
        held = [[each.name, share(each.shots.held)] for each in models]
        caption = (
            "Shots whose uncertainty band holds the mean quality of the other four; .9 is right."
        )
        blocks.append(Table(head=["", "held"], lines=held, caption=caption))
    return Section(title="Repeated shots", blocks=blocks)


def calibration(models: Models) -> Section:
    """Promises and evidence."""
    with drawing(1, height=3.4) as drawn:
        axes = drawn.panels[0]
        axes.plot([0, 1], [0, 1], color="#9aa7b3", linewidth=1)
        for each, colour in zip(models, COLOURS, strict=False):
            table = each.calibrated[MAIN].reliability
            promised, passed = zip(*((row.predicted, row.observed) for row in table), strict=True)
            axes.plot(promised, passed, "o-", color=colour, label=each.name)
        axes.set_xlabel("promised: mean quality of a bin")
        axes.set_ylabel("passed: share at the line")
        legend(axes)
    errors = [
        [each.name, *(share(found.error) for found in each.calibrated.values())] for each in models
    ]
    costs = [
        [
            f"{each.name}: {name}, {it.name}",
            f"{it.mated:,}",
            f"{it.others:,}",
            *(share(x) for x in (it.cost, it.least, it.calibration)),
        ]
        for each in models
        for name, found in each.calibrated.items()
        for it in (found.alone, found.aware, *found.bins)
    ]
    text = (
        "Quality promises the chance that a genuine comparison with a clean reference passes the "
        "line. Likelihood ratios: fitted on people of train/ whom no fit saw, judged here."
    )
    return Section(
        title="Calibration",
        blocks=[
            Text(text=text),
            Figure(svg=drawn.svg, caption=f"Reliability, {MAIN} set, ten bins."),
            Table(head=["", *(f"ECE, {name}" for name in models[0].calibrated)], lines=errors),
            Table(
                head=["", "mated", "others", "Cllr", "Cllr min", "Ccal"],
                lines=costs,
                caption="In bits: 0 knows, 1 says nothing.",
            ),
        ],
    )
