"""Examines models side by side, and writes what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.progress import TimeRemainingColumn as Remaining

from bench.results import today
from degradations import LADDERS
from evaluation import goals, study
from evaluation.conditions import Condition, rungs
from evaluation.examination import Examined, examine
from evaluation.goals import Number
from evaluation.page.report import page
from evaluation.parts import cost
from evaluation.parts.cost import Cost
from evaluation.study import Study
from evaluation.subject import open_subject
from evaluation.written import to_json

ALL = 10**6
"""Probes: as many as there are."""

_TIMED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All models, the baseline first."""

    date: str
    models: list[Examined]
    costs: dict[str, Cost]
    goals: dict[str, list[Number]]


def measure(data: Path, models: Path, names: Sequence[str], cache: Path, *, probes: int) -> Report:
    """Examine models with a progress bar; what was seen before is taken from `cache`.

    Args:
        data: The data folder.
        models: Folder of `models.toml`.
        names: Of models there, the baseline first.
        cache: May be deleted.
        probes: Mated pairs to use, `ALL` or fewer.
    """
    with _progress() as progress:
        loaded = study.load(data, models, cache, probes=probes, progress=progress)
        found = [examine(open_subject(models, name), loaded, progress) for name in names]
    costs = _costs(loaded, models, names)
    return Report(
        date=today(),
        models=found,
        costs=costs,
        goals={
            each.name: goals.numbers(each, found[0] if number else None, costs)
            for number, each in enumerate(found)
        },
    )


def write(report: Report, out: Path) -> None:
    """Write `out`/report.html and `out`/report.json."""
    out.mkdir(parents=True, exist_ok=True)
    html = page(report.models, report.goals, report.costs, date=report.date)
    (out / "report.html").write_text(html, encoding="utf-8")
    (out / "report.json").write_text(to_json(report), encoding="utf-8")


def _costs(loaded: Study, models: Path, names: Sequence[str]) -> dict[str, Cost]:
    worst = LADDERS["iso"].ladder[-1]
    noisy: Condition = next(each for each in rungs() if each.name == f"iso {worst:g}")
    clean = loaded.pairs.crops[:_TIMED]
    subjects = [open_subject(models, name, threads=1) for name in names]
    return cost.measure(subjects, clean, noisy.spoil(clean)[0])


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        Remaining(),
    )
