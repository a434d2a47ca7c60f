"""Chooses a temperature head by people kept aside: by how well it foretells what fails."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from rich.progress import track

from evaluation import metrics
from evaluation.logistic import Events, Numbers
from evaluation.measures.discard import area, curve
from training.rts.fitting import Lesson, Settings, fit, judged
from training.rts.head import INPUTS, TemperatureHead

MARGINS, WEIGHTS = (0.35, 0.5, 0.6), (0.1, 0.3, 1.0)
STEPS: Sequence[Sequence[Mapping[str, Any]]] = (
    [{"margin": margin, "weight": weight} for margin in MARGINS for weight in WEIGHTS],
    [{"utility": utility} for utility in (0.3, 1.0, 3.0)],
    [{"inputs": inputs} for inputs in INPUTS],
    [{"hidden": hidden} for hidden in (0, 64, 256)],
    [{"delta": delta} for delta in (8, 32)],
)
"""One thing after the other, each from the best so far: all at once would take a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Crops of people whom no fit sees."""

    summary: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    """Shape (n, SUMMARY)."""

    passed: Events
    """Shape (n,): whether the crop's comparison reached its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A head, and how it did."""

    settings: Settings
    head: TemperatureHead
    area: float
    """Under the curve of error versus discard to .3, as a share of a useless one's."""

    follows: float
    """Area under the ROC of "passes": chance that a crop that does gets the lower log u."""

    def row(self) -> dict[str, object]:
        """For the log."""
        return {
            **asdict(self.settings),
            "area": round(self.area, 4),
            "auroc": round(self.follows, 4),
        }


def choose(learnt: Lesson, proof: Proof, *, seed: int) -> Iterator[Candidate]:
    """Try all of `STEPS`; whatever is tried is handed out, the best of all is the choice."""
    best = tried(learnt, proof, Settings(), seed=seed)
    yield best
    for step in STEPS:
        for change in track(step, description=", ".join(step[0])):
            candidate = tried(learnt, proof, replace(best.settings, **change), seed=seed)
            yield candidate
            best = min(best, candidate, key=lambda one: one.area)


def tried(learnt: Lesson, proof: Proof, settings: Settings, *, seed: int) -> Candidate:
    """Fit one head, and judge it."""
    head = fit(learnt, settings, seed=seed)
    quality = -np.log(judged(head, proof.summary))
    return Candidate(
        settings=settings,
        head=head,
        area=foretold(quality, proof.passed),
        follows=metrics.auc(quality, proof.passed),
    )


def foretold(quality: Numbers, passed: Events) -> float:
    """Normalised area of error versus discard to .3; lower is better, 1 is useless."""
    return area(curve(quality, ~passed))
