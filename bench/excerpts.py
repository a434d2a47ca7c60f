"""The numbers in our pages, copied from `bench/results/` to between two marks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.goal import mark
from bench.results import FOLDER, ROOT, Row, load, table

PAGES = tuple(
    ROOT / each
    for each in ("README.md", "docs/gallery.md", "models/sureface.md", "models/enhancer.md")
)
"""Those with excerpts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Rows of an area that the readers of a page want first."""

    area: str
    parts: tuple[str, ...]
    """Of metrics: a row with any of them is shown."""

    judged: bool = False
    """Whether every row with a goal is shown, too: a page that boasts of some shows all."""

    def shows(self, row: Row) -> bool:
        """Whether a row belongs to it."""
        return (self.judged and bool(row.goal)) or any(part in row.metric for part in self.parts)


SHOWN: Mapping[str, Excerpt] = {
    "mesh": Excerpt(
        area="mesh", judged=True, parts=("LFW", "demo photos: throughput", "resident memory")
    ),
    "gallery": Excerpt(
        area="gallery",
        judged=True,
        parts=("1M: start to SERVING", "1M, the database is written anew"),
    ),
    "judgement": Excerpt(
        area="judgement",
        judged=True,
        parts=(
            "LFW folds 1-5: accuracy",
            "occluded: mean FNMR",
            "noise and low resolution: mean FNMR",
        ),
    ),
    "sureface": Excerpt(area="judgement", parts=("sureface: ",)),
    "enhancement": Excerpt(
        area="enhancement",
        judged=True,
        parts=(
            ": FNMR at the line",
            ": false matches at the line",
            ": rank-1 among",
            "between the eyes: FNMR",
            "crops a second",
            "added by enhancement",
            "made camera",
        ),
    ),
    "memory": Excerpt(
        area="gallery",
        parts=(
            ", a template",
            "1M: resident memory",
            "1M: start to SERVING",
            "1M: an index rebuilt",
            "1M: the database written anew",
        ),
    ),
}
"""By the name in the mark."""

_EXCERPT = re.compile(r"(<!-- numbers: (\w+) -->\n).*?(<!-- /numbers -->)", re.DOTALL)


def render(text: str, folder: Path = FOLDER) -> str:
    """A page with today's numbers."""
    return _EXCERPT.sub(lambda found: f"{found[1]}{_lines(found[2], folder)}\n{found[3]}", text)


def _lines(name: str, folder: Path) -> str:
    excerpt = SHOWN[name]
    rows = [row for row in load(excerpt.area, folder) if excerpt.shows(row)]
    cells = [
        [
            mark(row.goal, row.reached).value,
            row.metric,
            row.goal,
            f"{row.reached} {row.unit}".strip(),
        ]
        for row in rows
    ]
    return table([["", "measured", "goal", "reached"], *cells])
