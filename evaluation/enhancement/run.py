"""Measures enhancement, and writes what was found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import results
from bench.results import Row, today
from evaluation import judgement
from evaluation.enhancement import scenes, times
from evaluation.enhancement.examination import Examination, Examined, examine
from evaluation.enhancement.models import RESOLVER, SERVED, open_models
from evaluation.enhancement.scenes import FILE, SceneTried
from evaluation.enhancement.settings import LOW, MIXTURES, mixed
from evaluation.enhancement.stand import Ground, Stand
from evaluation.goals import enhancement as goals
from evaluation.goals.number import Number, unmeasured
from evaluation.memory import Memory
from evaluation.page import enhancement as page
from evaluation.page.html import render
from evaluation.progress import Bar
from evaluation.subject import open_subject
from evaluation.written import to_json
from meshkit.config import ConfigError
from meshkit.models.registry import registered

AREA = "enhancement"
"""Of `bench.results`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is measured."""

    folder: Path
    """Of `models.toml`."""

    names: Sequence[str]
    """Of embedders there, the baseline first."""

    enhancer: str = SERVED
    """Name there."""

    resolver: Path = RESOLVER
    """ONNX of the ablation without a denoiser; its rows are there if it is."""

    policies: Path = FILE
    """Table of scenes: the one that enhances most makes the rules of all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was found."""

    date: str = field(default_factory=today)
    examined: Examined
    goals: dict[str, list[Number]]
    """By embedder."""

    scenes: list[SceneTried]
    """Of people kept aside; empty for the test."""

    def rows(self) -> list[Row]:
        """Of `docs/results.md`; the baseline has no goals."""
        base = self.examined.embedders[0]
        return [
            row
            for name, numbers in self.goals.items()
            for row in judgement.rows(name, numbers, baseline=name == base)
        ]

    def missing(self) -> list[str]:
        """Goals that could not be measured, a line each."""
        return [
            f"{name}: not measured: {metric}"
            for name, numbers in self.goals.items()
            for metric in unmeasured(numbers)
        ]


def available(folder: Path, enhancer: str = SERVED) -> bool:
    """Whether `folder`/models.toml has an enhancer of that name."""
    return enhancer in registered(folder, "enhancer")


def require(folder: Path, enhancer: str) -> None:
    """Look whether there is anything to measure.

    Raises:
        ConfigError: There is not.
    """
    if not available(folder, enhancer):
        toml = folder / "models.toml"
        raise ConfigError(f"{toml} has no enhancer named {enhancer}: nothing was measured")


def measure(asked: Asked, ground: Ground, memory: Memory, bar: Bar, *, choose: bool) -> Measured:
    """Measure everything on one ground.

    Args:
        asked: What.
        ground: On whom.
        memory: Of outputs.
        bar: Shows how far that is.
        choose: Whether lines of scenes are tried, too; never on the test.
    """
    table = scenes.policies(asked.policies)
    policy = scenes.rules(table)
    subjects = [open_subject(asked.folder, name) for name in asked.names]
    models = open_models(asked.folder, asked.names, name=asked.enhancer, resolver=asked.resolver)
    stands = [Stand(subject, ground, models, memory, bar) for subject in subjects]
    examination = Examination(stands, ground, models, policy)
    _, low = examination.spoil(mixed(LOW, MIXTURES[LOW]), times.CROPS)
    took = times.measure(asked.folder, asked.names, asked.enhancer, asked.resolver, low)
    examined = examine(examination, took, bar)
    return Measured(
        examined=examined,
        goals={name: goals.numbers(examined, name) for name in asked.names},
        scenes=list(scenes.measure(table, examination, bar)) if choose else [],
    )


def write(found: Measured, out: Path) -> None:
    """Write `out`/enhancement.html and `out`/enhancement.json."""
    out.mkdir(parents=True, exist_ok=True)
    sections = [page.section(found.examined, found.goals)]
    if found.scenes:
        sections.append(page.scenes(found.scenes))
    html = render(f"Sureface: enhancement on {found.examined.ground}, {found.date}", [], sections)
    (out / "enhancement.html").write_text(html, encoding="utf-8")
    (out / "enhancement.json").write_text(to_json(found), encoding="utf-8")


def record(found: Measured) -> None:
    """Keep the rows of the test; metrics with words of another run go."""
    results.record(AREA, found.rows(), instead_of=[f"{name}: " for name in found.goals])
