"""Enhancement: every row under every setting, and where scenes should draw their lines."""

from collections.abc import Mapping, Sequence

from evaluation.enhancement.examination import Examined, Outcomes
from evaluation.enhancement.scenes import SceneTried
from evaluation.goals.number import Number
from evaluation.page import goals
from evaluation.page.html import Block, Figure, Section, Table, Text
from evaluation.page.numbers import interval, share, tiny
from evaluation.page.plots import COLOURS, DASHES, drawing, legend

_HEAD = (
    "",
    "FNMR",
    "FMR",
    "rank-1",
    "d'",
    "mean quality",
    "enhanced",
    "thrown away",
    "ms a crop",
)


def section(found: Examined, numbers: Mapping[str, Sequence[Number]]) -> Section:
    """All tables of one ground; first what the goals speak of, by embedder."""
    blocks: list[Block] = [Text(text=_text(found)), *goals.section(numbers).blocks]
    blocks += [
        _table(found, name, outcomes) for name, outcomes in (found.sets | found.halves).items()
    ]
    blocks.append(_plot(found))
    blocks += [
        _table(found, f"Eyes {name} apart in the source", outcomes)
        for name, outcomes in found.bins.items()
    ]
    blocks += [_ladders(found, "FNMR"), _ladders(found, "FMR")]
    return Section(title="Enhancement", blocks=blocks)


def scenes(tried: Sequence[SceneTried]) -> Section:
    """Lines of scenes, and the best of each."""
    text = (
        "Probes such as a scene lets in, of every size and noise. Missed: below the scene's line, "
        "or of too little quality to be compared. Found: share of what is missed without "
        "enhancement that is not. Best: the fewest misses, if the whole interval of found is "
        "above 0 and false matches are at most 1.2 times those without enhancement, or those of "
        "clean probes; otherwise 0, and the scene never enhances."
    )
    blocks: list[Block] = [Text(text=text)]
    for each in tried:
        lines = [
            [
                f"{it.below:.1f}",
                share(it.enhanced),
                share(it.usable),
                interval(it.missed),
                interval(it.gone),
                tiny(it.fmr),
            ]
            for it in each.tried
        ]
        head = ["enhance below", "enhanced", "of enough quality", "missed", "found", "FMR"]
        caption = f"{each.scene}, {each.embedder}, at {each.at:g}. Best: {each.best:.1f}."
        blocks.append(Table(head=head, lines=lines, caption=caption))
    return Section(title="Where scenes should enhance", blocks=blocks)


def _text(found: Examined) -> str:
    lines = ", ".join(f"{name} {share(at)}" for name, at in found.lines.items())
    return (
        f"On {found.ground}. Clean references; probes below quality {found.enhance_below:g} go "
        f"through {found.enhancer} ({found.sha256[:12]}), and what is less than "
        f"{found.min_enhanced_similarity:g} like the raw face is thrown away, in every row. FNMR "
        f"and FMR: at the line of clean raw probes of each embedder ({lines}). Rank-1: searches "
        f"among {found.searched} people, one clean photo each. Intervals: 95 %, people drawn again."
    )


def _table(found: Examined, title: str, outcomes: Outcomes) -> Table:
    lines = []
    for row in found.rows:
        it = outcomes[row.name]
        took = found.times.way_ms(row.embedder, row.way, it.enhanced)
        lines.append(
            [
                row.name,
                interval(it.fnmr),
                f"{tiny(it.fmr.value)} ({tiny(it.fmr.low)} to {tiny(it.fmr.high)})",
                interval(it.rank1),
                interval(it.dprime, 2),
                share(it.quality),
                share(it.enhanced),
                share(it.drifted),
                share(took, 1),
            ]
        )
    count = next(iter(outcomes.values())).count
    return Table(head=_HEAD, lines=lines, caption=f"{title}: {count} probes")


def _ladders(found: Examined, what: str) -> Table:
    lines = []
    for rung in found.ladders:
        each = [rung.outcomes[row.name] for row in found.rows]
        cells = [share(it.fnmr.value) if what == "FNMR" else tiny(it.fmr.value) for it in each]
        lines.append([f"{rung.group}: {rung.name}", *cells])
    head = ["", *(row.name for row in found.rows)]
    return Table(head=head, lines=lines, caption=f"Ladders: {what}, {_count(found)} probes each")


def _count(found: Examined) -> int:
    return next(iter(found.ladders[0].outcomes.values())).count


def _plot(found: Examined) -> Figure:
    """FNMR by the distance between the eyes; a colour an embedder, a dash a way."""
    with drawing(1, height=3.6) as drawn:
        axes = drawn.panels[0]
        names = list(found.bins)
        for row in found.rows:
            rates = [found.bins[name][row.name].fnmr.value for name in names]
            own = [each for each in found.rows if each.embedder == row.embedder]
            colour = COLOURS[found.embedders.index(row.embedder) % len(COLOURS)]
            dash = DASHES[own.index(row) % len(DASHES)]
            axes.plot(range(len(names)), rates, dash, marker="o", color=colour, label=row.name)
        axes.set_xticks(range(len(names)), names)
        axes.set_ylabel("FNMR")
        axes.set_ylim(-0.02, 1.02)
        legend(axes)
    return Figure(svg=drawn.svg, caption="By the distance between the eyes in the source.")
