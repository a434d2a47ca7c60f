"""What is no face, and who is not enrolled."""

from evaluation.page.html import Block, Figure, Section, Table, Text
from evaluation.page.numbers import interval, share
from evaluation.page.plots import COLOURS, DASHES, drawing, legend
from evaluation.page.rungs import Models
from evaluation.parts.openset import RATES

TARGET = 0.01
"""FPIR of the plot of lines."""


def nonfaces(models: Models) -> Section:
    """Things against faces."""
    text = (
        "Against all clean photos of LFW. AUROC: the chance that a face scores higher. FPR95: "
        "share of the things that pass the line which keeps 95 of 100 faces. Backs of heads are "
        "made: hair of the same picture laid over the face. Animals' faces: a cat, two cheetahs "
        "and a lion on the template. Backgrounds: beside the people of photos."
    )
    blocks: list[Block] = [Text(text=text)]
    for each in models:
        judges = {"quality": each.nonfaces.by_quality, "magnitude": each.nonfaces.by_magnitude}
        if each.nonfaces.by_uncertainty:
            judges["uncertainty"] = each.nonfaces.by_uncertainty
        lines = [
            [name, str(found.count), share(found.quality)]
            + [
                cell
                for by in judges.values()
                for cell in (share(by[name].auroc), share(by[name].fpr95))
            ]
            for name, found in each.nonfaces.by_quality.items()
        ]
        head = ["", "crops", "mean quality"]
        head += [f"{name} {what}" for name in judges for what in ("AUROC", "FPR95")]
        blocks.append(Table(head=head, lines=lines, caption=each.name))
    return Section(title="What is no face", blocks=blocks)


def openset(models: Models) -> Section:
    """Searches 1:N."""
    with drawing(2, columns=2, height=3.3) as drawn:
        det, growth = drawn.panels
        for each, colour in zip(models, COLOURS, strict=False):
            for (size, misses), dash in zip(each.openset.curves.items(), DASHES, strict=False):
                det.plot(RATES, misses, dash, color=colour, label=f"{each.name}, N = {size:,}")
            points = [point for point in each.openset.points if point.target == TARGET]
            sizes = [point.size for point in points]
            growth.plot(sizes, [p.line for p in points], "o-", color=colour, label=each.name)
            growth.plot(sizes, [p.predicted for p in points], "x--", color=colour)
        det.set_xscale("log")
        det.set_yscale("log")
        det.set_xlabel("FPIR")
        det.set_ylabel("FNIR")
        legend(det)
        growth.set_xscale("log")
        growth.set_xlabel("templates")
        growth.set_ylabel(f"line for FPIR {TARGET:g}")
        legend(growth)
    lines = [
        [
            f"{each.name}, N = {point.size:,}",
            share(point.target, 2),
            share(point.line),
            interval(point.fnir),
            share(point.predicted),
            share(point.fpir, 4),
        ]
        for each in models
        for point in each.openset.points
    ]
    text = (
        "Searches with the second photo of enrolled people, and with people who are not enrolled. "
        "N = 10,000 are templates, several of most people: the data do not hold as many. FNIR: the "
        "mate is below the line or not first. Predicted: the line by a calibration fitted to "
        "train/ (docs/calibration.md), and the FPIR that it gives on these searches."
    )
    head = ["", "FPIR wanted", "line", "FNIR there", "line predicted", "FPIR there"]
    return Section(
        title="Open set",
        blocks=[
            Text(text=text),
            Figure(svg=drawn.svg, caption="DET, and the line by size (dashed: predicted)."),
            Table(head=head, lines=lines),
        ],
    )
