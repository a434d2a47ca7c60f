"""Quality against its rivals: who knows best which comparisons will fail?"""

from dataclasses import dataclass, field

import numpy as np

from evaluation.logistic import Numbers
from evaluation.measures.bootstrap import Interval
from evaluation.measures.discard import Discard, discard, ideal
from evaluation.parts.mixed import Mixed, Simple
from evaluation.parts.rungs import HIDDEN
from evaluation.trial import Trial

QUALITY = "quality"
"""Of the model; all others are its rivals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarding:
    """On one set of comparisons."""

    fnmr: float
    """With nothing left out."""

    ideal: float
    """Area of a judge who knows what fails."""

    measures: dict[str, Discard] = field(metadata=HIDDEN)
    """By name: the model's quality, and its rivals alone."""

    areas: dict[str, tuple[float, float, float]]
    """By name: normalised area to 30 %, and its interval."""

    ahead: dict[str, Interval]
    """By rival: how much less area the model's quality has, the same people drawn for both."""

    moving_areas: dict[str, float]
    """By name: the same if the line moves."""

    def beaten(self) -> list[str]:
        """Rivals whose whole interval lies above that of the model's quality."""
        own = self.measures[QUALITY].area
        return [
            name
            for name, found in self.measures.items()
            if name != QUALITY and own.below(found.area)
        ]


def measure(trial: Trial, mixed: Mixed, simple: Simple) -> Discarding:
    """Judge by all measures; the quality of a comparison is the lower one of its two."""
    references, probes = trial.clean, mixed.probes
    chosen = trial.mated.references
    judges: dict[str, tuple[Numbers, Numbers]] = {
        QUALITY: (references.quality[chosen], probes.quality),
        "magnitude": (references.magnitude[chosen], probes.magnitude),
        "sharpness": simple.sharpness,
        "detection": simple.detection,
    }
    probe, reference = mixed.stranger
    found = {
        name: discard(
            np.minimum(of_references[mixed.reference], of_probes),
            mixed.genuine,
            mixed.people,
            at=trial.line,
            others=(np.minimum(of_references[reference], of_probes[probe]), mixed.others),
        )
        for name, (of_references, of_probes) in judges.items()
    }
    failed = mixed.genuine < trial.line
    return Discarding(
        fnmr=float(failed.mean()),
        ideal=ideal(failed),
        measures=found,
        areas={
            name: (each.area.value, each.area.low, each.area.high) for name, each in found.items()
        },
        ahead={name: found[QUALITY].ahead(each) for name, each in found.items() if name != QUALITY},
        moving_areas={name: each.moving_area for name, each in found.items()},
    )
