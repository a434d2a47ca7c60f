"""Measured numbers: kept in `bench/results/`, shown in `docs/results.md`.

``python -m bench`` writes the page. Nobody edits it: a number that is there was
written by the command beside it.
"""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.goal import Goal, mark

ROOT = Path(__file__).resolve().parents[1]

FOLDER = ROOT / "bench" / "results"
"""One file an area."""

PAGE = ROOT / "docs" / "results.md"

PLOTS = ROOT / "docs" / "plots"
"""One folder an area, of SVG files."""

AREAS = {
    "mesh": "The mesh",
    "gallery": "The gallery",
    "judgement": "Judgement",
    "enhancement": "Enhancement",
    "scenes": "Scenes",
    "operations": "Operations",
}
"""Every area and its heading, in the order of the page."""

_HEAD = ("", "metric", "goal", "reached", "measured by", "on")

_INTRODUCTION = """\
# Results

Written by `python -m bench` from `bench/results/`; do not edit. A row is the latest run of
the command beside it. **Met** and **missed** are judged against the goal in its row; a number that
is only **reported** has none. Ratios compare two sides of one run on one machine."""


def today() -> str:
    """The date of a run, in UTC."""
    return datetime.now(UTC).date().isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number."""

    metric: str
    """What was measured, in words. Unique in its area: a new run replaces the old one."""

    goal: str = ""
    """``≥ 12`` or ``≤ 1.2``; empty if the number is only reported."""

    reached: float
    """As it is to be shown: round before, never across the goal."""

    unit: str = ""
    """For example ``%`` or ``ms``; empty for counts and ratios."""

    command: str
    """What to run to measure it again."""

    date: str = field(default_factory=today)
    """When, as ``2026-02-14``."""

    def __post_init__(self) -> None:
        Goal.parse(self.goal)


def load(area: str, folder: Path = FOLDER) -> list[Row]:
    """Rows of an area, in the order in which they first came; none if there is no file."""
    path = folder / f"{area}.json"
    if not path.exists():
        return []
    return [Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def record(
    area: str, rows: Iterable[Row], folder: Path = FOLDER, *, instead_of: Sequence[str] = ()
) -> None:
    """Keep numbers: a metric that is there already is replaced in its place.

    Args:
        area: One of `AREAS`.
        rows: What was measured.
        folder: Of the files.
        instead_of: Parts of metrics: rows with any of them go. For metrics whose words change
            with what was measured.

    Raises:
        ValueError: There is no such area.
    """
    if area not in AREAS:
        raise ValueError(f"area {area} is none of {', '.join(AREAS)}")
    old = load(area, folder)
    kept = {row.metric: row for row in old if not any(part in row.metric for part in instead_of)}
    kept |= {row.metric: row for row in rows}
    documents = [dataclasses.asdict(row) for row in kept.values()]
    text = json.dumps(documents, indent=2, ensure_ascii=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{area}.json").write_text(text + "\n", encoding="utf-8")


def render(folder: Path = FOLDER, plots: Path = PLOTS) -> str:
    """The page: a table for each area that has numbers, and its plots."""
    parts = [_INTRODUCTION]
    for area, heading in AREAS.items():
        if rows := load(area, folder):
            parts.append(f"## {heading}\n\n{table([_HEAD, *map(_cells, rows)])}")
            names = sorted(path.name for path in (plots / area).glob("*.svg"))
            parts += [f"![{name.removesuffix('.svg')}](plots/{area}/{name})" for name in names]
    return "\n\n".join(parts) + "\n"


def table(lines: Sequence[Sequence[str]]) -> str:
    """Cells as Markdown, the first line as head, columns aligned."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = [
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    rule = ["-" * width for width in widths]
    return "\n".join(f"| {' | '.join(line)} |" for line in [padded[0], rule, *padded[1:]])


def show(rows: Iterable[Row]) -> None:
    """Print rows as the page shows them."""
    print(table([_HEAD[:4], *(_cells(row)[:4] for row in rows)]))


def _cells(row: Row) -> tuple[str, ...]:
    goal, reached = (f"{text} {row.unit}".strip() for text in (row.goal, str(row.reached)))
    return (
        mark(row.goal, row.reached).value,
        row.metric,
        goal if row.goal else "",
        reached,
        f"`{row.command}`",
        row.date,
    )
