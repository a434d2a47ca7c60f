"""The numbers in our pages, copied from `bench/results/` to between two marks."""

import re
from collections.abc import Mapping
from pathlib import Path

from bench.goal import mark
from bench.results import FOLDER, ROOT, load, table

PAGES = (ROOT / "README.md", ROOT / "docs" / "gallery.md")
"""Those with excerpts."""

SHOWN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "mesh": (
        "mesh",
        (
            "LFW",
            "Whole mesh",
            "demo photos: throughput",
            "demo photos: added",
            "resident memory",
        ),
    ),
    "gallery": (
        "gallery",
        (
            "1M face-like: times as fast as IndexFlatIP, one caller, persons",
            "1M face-like: recall",
            "served: 16 callers, times",
            "in-process, persons ranked",
            "1M: start to SERVING",
            "times idle",
            "writes lost",
            "searches a second of 1 caller",
            "import, templates/s",
        ),
    ),
    "memory": ("gallery", ("index, a template", "1M: resident memory", "1M: start to SERVING")),
}
"""By the name in the mark: the area, and parts of the metrics that its readers want first."""

_EXCERPT = re.compile(r"(<!-- numbers: (\w+) -->\n).*?(<!-- /numbers -->)", re.DOTALL)


def render(text: str, folder: Path = FOLDER) -> str:
    """A page with today's numbers."""
    return _EXCERPT.sub(lambda found: f"{found[1]}{_lines(found[2], folder)}\n{found[3]}", text)


def _lines(name: str, folder: Path) -> str:
    area, parts = SHOWN[name]
    rows = [row for row in load(area, folder) if any(part in row.metric for part in parts)]
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
