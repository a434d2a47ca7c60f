"""Where a scene should draw the line below which it enhances: a table to choose from.

Probes are such as the scene lets in: its least distance between the eyes leaves the smallest faces
out. What counts is the whole of gates 2 and 3 and the scene's own line: a probe of too little
quality finds nobody, and whoever it would have matched is missed. Only people kept aside are asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evaluation.cuts import gone
from evaluation.enhancement.examination import Examination
from evaluation.enhancement.looks import Looks, Versions, look
from evaluation.enhancement.outcomes import Rows
from evaluation.enhancement.settings import mixed, seen_from
from evaluation.enhancement.stand import Stand
from evaluation.enhancement.ways import Used, served, used
from evaluation.logistic import Numbers
from evaluation.measures import bootstrap
from evaluation.measures.bootstrap import Interval
from evaluation.progress import Bar
from faces.policy import Policy, PolicyTable
from meshkit.config import ConfigError
from meshkit.policy_file import TableWrong, decode, parse, read

FILE = Path("gateway/policies.yaml")
"""The table that the gateway brings."""

LINES = tuple(round(0.1 * step, 1) for step in range(11))
"""Below which a scene might enhance."""

MOST = 1.2
"""By how much false matches may exceed those without enhancement, or those of clean probes."""

PROBES = 600
"""Of each scene."""

_IF_NONE = 0.6
"""Where no scene enhances, rows are measured as if one did below this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One line."""

    below: float
    enhanced: float
    """Share of the probes."""

    usable: float
    """Share that passes gate 3."""

    missed: Interval
    """Share whose mate the scene does not find: below its line, or of too little quality."""

    gone: Interval
    """Share of what is missed without enhancement that is found."""

    fmr: float
    """False matches at the scene's line, over all comparisons of strangers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneTried:
    """One scene, line by line."""

    scene: str
    embedder: str
    at: float
    """Similarity from which the scene acts: `accept`, or `review` where people confirm."""

    clean_fmr: float
    """False matches there of clean probes."""

    tried: list[Tried]

    @property
    def best(self) -> float:
        """The line with the fewest misses; 0 where none takes measurably from them.

        Measurable: the whole interval is above 0, and strangers do not pay for it.
        """
        most = MOST * max(self.clean_fmr, self.tried[0].fmr)
        better = [each for each in self.tried if each.gone.low > 0 and each.fmr <= most]
        return min(better, key=lambda it: it.missed.value).below if better else 0.0


def policies(path: Path = FILE) -> PolicyTable:
    """Read a policy table as the gateway does.

    Raises:
        ConfigError: It is none.
    """
    try:
        return parse(decode(read(path)))
    except TableWrong as wrong:
        raise ConfigError(f"{path}: {wrong}") from None


def rules(table: PolicyTable) -> Policy:
    """Of the scene that enhances most; if none does, as if it did below .6."""
    most = max(table, key=lambda row: row.enhance_below)
    return most if most.enhance_below else replace(most, enhance_below=_IF_NONE)


def measure(table: PolicyTable, examination: Examination, bar: Bar) -> Iterator[SceneTried]:
    """Try all lines of all scenes, with the last embedder; none if nothing fuses its vectors."""
    stand = examination.stands[-1]
    if not stand.gates:
        return
    heard = bar("enhancement: scenes", len(list(table)))
    for policy in table:
        setting = mixed(f"scene {policy.scene}", seen_from(policy.min_inter_eye_px))
        rows, spoiled = examination.spoil(setting, PROBES)
        versions = Versions(examination.models, spoiled)
        yield tried(policy, stand, look(stand.memory, stand.subject, versions, stand.gates), rows)
        heard(1)


def tried(policy: Policy, stand: Stand, looks: Looks, rows: Rows) -> SceneTried:
    """All lines of one scene, on probes that are seen already."""
    # A `target_fpir` comes to a line for a gallery, and there is none here.
    at = policy.review if policy.reviewers or policy.target_fpir else policy.accept
    way = served(stand.gates[0])
    all_used = [used(replace(policy, enhance_below=below), looks, way) for below in LINES]
    judged = [_judged(stand, it, rows, at, policy.min_quality) for it in all_used]
    people = stand.trial.mated.people[rows]
    clean = stand.trial.clean.vectors[stand.trial.mated.probes]
    return SceneTried(
        scene=policy.scene,
        embedder=stand.name,
        at=at,
        clean_fmr=float(np.mean(stand.trial.others(clean) >= at)),
        tried=[
            Tried(
                below=below,
                enhanced=float(it.enhanced.mean()),
                usable=float(np.mean(it.quality >= policy.min_quality)),
                missed=bootstrap.mean(missed, people),
                gone=gone(missed, judged[0][0], people),
                fmr=fmr,
            )
            for below, it, (missed, fmr) in zip(LINES, all_used, judged, strict=True)
        ],
    )


def _judged(
    stand: Stand, it: Used, rows: Rows, at: float, min_quality: float
) -> tuple[Numbers, float]:
    """Shape (n,): 1 where the mate is missed; and the rate of false matches."""
    mated = stand.trial.mated
    references = stand.trial.clean.vectors[mated.references]
    refused = it.quality < min_quality
    genuine = (it.vectors * references[rows]).sum(axis=1).astype(np.float64)
    missed = refused | (genuine < at)
    strangers = mated.people[rows][:, None] != mated.people[None]
    found = (it.vectors @ references.T).astype(np.float64)
    matched = (found >= at) & strangers & ~refused[:, None]
    return missed.astype(np.float64), float(matched.sum() / strangers.sum())
