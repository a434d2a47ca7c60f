"""Examines models side by side, and writes what was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from bench.results import today
from degradations import LADDERS
from evaluation import ablations, loading
from evaluation.ablations import Ablations
from evaluation.conditions import rungs
from evaluation.cutting import Cutter
from evaluation.enhancement import run
from evaluation.enhancement.loading import tested
from evaluation.enhancement.run import Asked, Measured
from evaluation.examination import Examined, examine
from evaluation.goals import listed
from evaluation.goals.number import Number
from evaluation.page.report import page
from evaluation.parts import cost
from evaluation.parts.cost import Cost
from evaluation.progress import bars, progress_bar
from evaluation.study import Study
from evaluation.subject import BASELINE, embedders, open_subject
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
    ablations: Ablations | None

    enhanced: Measured | None
    """None without an enhancer."""


def measure(data: Path, folder: Path, names: Sequence[str], cache: Path, *, probes: int) -> Report:
    """Examine models with a progress bar; what was seen before is taken from `cache`.

    Args:
        data: The data folder.
        folder: Of `models.toml`.
        names: Of models there, the baseline first.
        cache: May be deleted.
        probes: Mated pairs to use, `ALL` or fewer.

    Raises:
        FileNotFoundError: Data are missing.
        ConfigError: A model is, or it or the table of ablations is not as it should be.
        PhotosWrong: Published pictures cannot be had.
    """
    loading.require(data)
    # What is wrong with the folder is said now, not after an hour.
    subjects, rows = [open_subject(folder, name) for name in names], ablations.read(folder)
    who = BASELINE if BASELINE in embedders(folder) else names[0]
    with progress_bar() as progress:
        study = loading.load(
            data, Cutter(folder), open_subject(folder, who), cache, probes=probes, progress=progress
        )
        found = [examine(subject, study, progress) for subject in subjects]
        enhanced = _enhanced(study, folder, names, progress)
    return gather(found, _costs(study, folder, names), rows, enhanced)


def gather(
    found: list[Examined],
    costs: dict[str, Cost],
    rows: Ablations | None = None,
    enhanced: Measured | None = None,
) -> Report:
    """Set models against the first one."""
    return Report(
        date=today(),
        models=found,
        costs=costs,
        goals={
            each.name: listed.numbers(each, found[0] if number else None, costs)
            for number, each in enumerate(found)
        },
        ablations=rows,
        enhanced=enhanced,
    )


def _enhanced(
    study: Study, folder: Path, names: Sequence[str], progress: Progress
) -> Measured | None:
    """With the enhancer of `folder`, if it has one."""
    if not run.available(folder):
        return None
    ground = tested(study.pairs, study.mated, study.distractors)
    asked = Asked(folder=folder, names=names)
    return run.measure(asked, ground, study.memory, bars(progress), choose=False)


def write(report: Report, out: Path) -> None:
    """Write `out`/report.html and `out`/report.json."""
    out.mkdir(parents=True, exist_ok=True)
    html = page(
        report.models,
        report.goals,
        report.costs,
        report.ablations,
        report.enhanced,
        date=report.date,
    )
    (out / "report.html").write_text(html, encoding="utf-8")
    (out / "report.json").write_text(to_json(report), encoding="utf-8")


def _costs(study: Study, folder: Path, names: Sequence[str]) -> dict[str, Cost]:
    worst = f"iso {LADDERS['iso'].ladder[-1]:g}"
    noisy = next(each for each in rungs() if each.name == worst)
    clean = study.pairs.crops[:_TIMED]
    subjects = [open_subject(folder, name, threads=1) for name in names]
    return cost.measure(subjects, clean, noisy.spoil(clean)[0])
