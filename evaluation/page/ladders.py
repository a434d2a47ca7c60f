"""Causes from mild to severe."""

from evaluation.measures.ladders import ARTICLE, ARTICLE_SCENES
from evaluation.page import rungs
from evaluation.page.html import Section, Table
from evaluation.page.numbers import share
from evaluation.page.rungs import Models
from evaluation.parts.rungs import Rung


def section(models: Models) -> Section:
    """What quality and recognition do on every ladder."""
    climbed = [each.causes for each in models]
    caption = "Clean references, spoiled probes, the line of clean probes."
    return Section(
        title="Severity ladders",
        blocks=[
            rungs.plot(models, climbed, climbed[0].ladders()),
            rungs.table(models, climbed, caption),
            _followed(models),
            _article(models),
        ],
    )


def _followed(models: Models) -> Table:
    names = [*models[0].causes_followed.rises, *models[0].covered_followed.rises]
    lines = []
    for name in names:
        line = [name]
        for each in models:
            found = each.causes_followed
            if name not in found.rises:
                found = each.covered_followed
            line += [share(found.rises[name]), share(found.means[name])]
        lines.append(line)
    head = ["", *(f"{each.name}: {w}" for each in models for w in ("largest rise", "Spearman"))]
    caption = (
        "Mean quality from rung to rung: largest step up, and rank correlation with similarity."
    )
    return Table(head=head, lines=lines, caption=caption)


def _article(models: Models) -> Table:
    iso = [
        [f"ISO {step:g}", share(wanted, 2), *_beside(models, "iso", step)]
        for step, wanted in ARTICLE.items()
    ]
    scenes = [
        [name, share(wanted, 2), *_beside(models, name, 1.0)]
        for name, wanted in ARTICLE_SCENES.items()
    ]
    columns = ("quality", "parity", "similarity")
    return Table(
        head=["", "article", *(f"{each.name} {what}" for each in models for what in columns)],
        lines=[*iso, *scenes],
        caption="ISO ladder and scenes of source article 000. Similarity: from 10 to 90 %.",
    )


def _beside(models: Models, ladder: str, step: float) -> list[str]:
    cells = []
    for each in models:
        own: Rung = next(rung for rung in each.causes.of(ladder) if rung.severity == step)
        low, high = own.similarity_range
        cells += [share(own.quality), share(own.parity), f"{low:.2f} to {high:.2f}"]
    return cells
