"""All ways under all settings, for several embedders side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evaluation.enhancement.ladders import ladders
from evaluation.enhancement.looks import Versions
from evaluation.enhancement.models import Models
from evaluation.enhancement.outcomes import Outcome, Rows, judge
from evaluation.enhancement.settings import ANY, BINS, ENLARGED, FAR, LOW, Setting, Spoiled, sets
from evaluation.enhancement.stand import Ground, Row, Stand
from evaluation.enhancement.times import Times
from evaluation.logistic import Events
from evaluation.progress import Bar
from faces.policy import Policy

RUNG = 300
"""Probes of a rung, spread evenly; sets have all."""

ALL = "all"
"""Probes."""

Outcomes = Mapping[str, Outcome]
"""By name of the row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A setting, and what became of it."""

    name: str
    group: str
    outcomes: Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was measured."""

    ground: str
    searched: int
    """People in the gallery of searches 1:N."""

    enhancer: str
    sha256: str
    enhance_below: float
    min_enhanced_similarity: float
    """The rules that every row followed."""

    embedders: list[str]
    """The baseline first."""

    lines: dict[str, float]
    """By embedder: one false match in a thousand, clean raw probes."""

    rows: list[Row]
    sets: dict[str, Outcomes]
    halves: dict[str, Outcomes]
    """Of `LOW`."""

    bins: dict[str, Outcomes]
    """Of `ANY`, by the distance between the eyes."""

    ladders: list[Rung]
    times: Times


class Examination:
    """Embedders side by side: all see the same probes, and the same versions of them."""

    def __init__(
        self, stands: Sequence[Stand], ground: Ground, models: Models, policy: Policy
    ) -> None:
        self.stands, self.ground = stands, ground
        self.models, self.policy = models, policy
        self.rows: dict[str, Row] = {}
        """By name, those that were seen so far."""

    def spoil(self, setting: Setting, most: int | None = None) -> tuple[Rows, Spoiled]:
        """The probes of a setting, all or some, and which pairs they are of."""
        probes = self.ground.mated.probes
        count = min(most or len(probes), len(probes))
        rows = np.linspace(0, len(probes) - 1, count).round().astype(np.int64)
        return rows, setting.spoil(self.ground.photos.crops[probes[rows]])

    def outcomes(
        self, rows: Rows, spoiled: Spoiled, parts: Mapping[str, Events] | None = None
    ) -> dict[str, Outcomes]:
        """Of all probes, under `ALL`, and of parts of them; empty ones are left out."""
        wanted = {ALL: np.ones(len(rows), dtype=np.bool_)} | dict(parts or {})
        found: dict[str, dict[str, Outcome]] = {}
        versions = Versions(self.models, spoiled)
        for stand in self.stands:
            for row, it in stand.follow(versions, self.policy):
                self.rows[row.name] = row
                for name, chosen in wanted.items():
                    if chosen.any():
                        found.setdefault(name, {})[row.name] = judge(
                            stand.trial, it.of(chosen), stand.gallery, rows[chosen]
                        )
        return dict(found)


def examine(examination: Examination, times: Times, bar: Bar) -> Examined:
    """Measure everything, and show how far that is."""
    heard = bar("enhancement: sets", len(sets()))
    found: dict[str, dict[str, Outcomes]] = {}
    for setting in sets():
        rows, spoiled = examination.spoil(setting)
        parts = spoiled.parts(setting.name)
        found[setting.name] = examination.outcomes(rows, spoiled, parts)
        heard(1)
    steps = ladders()
    heard = bar("enhancement: ladders", len(steps))
    climbed: list[Rung] = []
    for setting in steps:
        outcomes = examination.outcomes(*examination.spoil(setting, RUNG))[ALL]
        climbed.append(Rung(name=setting.name, group=setting.group, outcomes=outcomes))
        heard(1)
    stands, enhancer, policy = examination.stands, examination.models.enhancer, examination.policy
    return Examined(
        ground=examination.ground.name,
        searched=len(stands[0].gallery.photos),
        enhancer=enhancer.name,
        sha256=enhancer.sha256,
        enhance_below=policy.enhance_below,
        min_enhanced_similarity=policy.min_enhanced_similarity,
        embedders=[stand.name for stand in stands],
        lines={stand.name: stand.trial.line for stand in stands},
        rows=list(examination.rows.values()),
        sets={name: outcomes[ALL] for name, outcomes in found.items()},
        halves={name: found[LOW][name] for name in (FAR, ENLARGED) if name in found[LOW]},
        bins={name: found[ANY][name] for name in BINS if name in found[ANY]},
        ladders=climbed,
        times=times,
    )
