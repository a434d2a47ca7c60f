"""The numbers in the README, copied from `bench/results/` between two marks."""

from pathlib import Path

from bench.goal import mark
from bench.results import FOLDER, ROOT, load, table

README = ROOT / "README.md"

BEGIN, END = "<!-- numbers -->", "<!-- /numbers -->"

_SHOWN = (
    "LFW",
    "Whole mesh",
    "demo photos: throughput",
    "demo photos: added",
    "resident memory",
)
"""Parts of the metrics that a reader of the README wants to know first."""


def render(text: str, folder: Path = FOLDER) -> str:
    """The README with today's numbers."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    rows = [row for row in load("mesh", folder) if any(part in row.metric for part in _SHOWN)]
    cells = [
        [
            mark(row.goal, row.reached).value,
            row.metric,
            row.goal,
            f"{row.reached} {row.unit}".strip(),
        ]
        for row in rows
    ]
    lines = table([["", "measured", "goal", "reached"], *cells])
    return f"{before}{BEGIN}\n{lines}\n{END}{after}"
