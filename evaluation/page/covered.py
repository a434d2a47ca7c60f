"""Things in front of faces, and what is gained against the baseline."""

from collections.abc import Sequence

from evaluation.conditions import OCCLUDED, SPOILED
from evaluation.cuts import cut, mean_failures
from evaluation.page import rungs
from evaluation.page.html import Block, Section, Table, Text
from evaluation.page.numbers import interval, share
from evaluation.page.rungs import Models


def section(models: Models) -> Section:
    """What quality and recognition do behind things."""
    climbed = [each.covered for each in models]
    several = [name for name in climbed[0].ladders() if len(climbed[0].of(name)) > 1]
    blocks: list[Block] = [
        rungs.plot(models, climbed, several),
        rungs.table(models, climbed),
    ]
    return Section(title="Covered faces", blocks=[*blocks, *_patterns(models)])


def gained(models: Models) -> Section:
    """Groups of the goals, against the first model."""
    base, rest = models[0], models[1:]
    lines = []
    for title, groups in (("covered", OCCLUDED), ("noise and small faces", SPOILED)):
        parts = {f"mean, {title}": groups} | {name: {name: groups[name]} for name in groups}
        for name, part in parts.items():
            line = [name, share(mean_failures(base, part))]
            for each in rest:
                line += [share(mean_failures(each, part)), interval(cut(each, base, part))]
            lines.append(line)
    head = ["", f"{base.name} FNMR", *(w for each in rest for w in (f"{each.name} FNMR", "cut"))]
    text = "False non-match rates at the line of clean probes, and what share of the first is gone."
    return Section(title="What is gained", blocks=[Text(text=text), Table(head=head, lines=lines)])


def _patterns(models: Models) -> Sequence[Table]:
    naming = [each for each in models if any(rung.named for rung in each.covered.rungs)]
    return [
        Table(
            head=["", "top-1", "IoU", "IoU with the mask", "the most that could be"],
            lines=[
                [rung.name, *(share(x) for x in (it.top1, it.overlap, it.mask_overlap, it.most))]
                for rung in each.covered.rungs
                for it in [rung.named]
                if it is not None
            ],
            caption=f"{each.name}: patterns named. IoU: with the pattern that fits best.",
        )
        for each in naming
    ]
