"""Fits gate, temperature head and calibration one after the other.

People are in three parts. Those whom the branch was trained on teach the temperature head, which
wants many. Half of those kept aside teach the gate and the calibration: towards them, as towards
everybody else, the branch is no better than it is. The other half chooses and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from training import records
from training.calibration import calibrate
from training.comparisons import Comparisons, compare
from training.gate import choice as gates
from training.gate.fitting import applied
from training.heads.kept import Heads
from training.observations import Mixture, Observations, Observer, observe
from training.people import People
from training.rts import choice
from training.rts.fitting import judged, lesson
from training.rts.head import TemperatureHead

SEED = 62

MIXTURES: Mapping[str, Mixture] = {
    "learn": Mixture(count=20_000, occlude=0.5, spoil=0.6, seed=63),
    "tune": Mixture(count=10_000, occlude=0.5, spoil=0.6, seed=64),
    "prove": Mixture(count=10_000, occlude=0.3, spoil=0.4, seed=65),
}

_BATCH = 50
_SCENES = 300
"""Crops that are photographed again and again for the band, and for the parity curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """People, what was seen of them, and what it is compared with."""

    seen: Observations
    compared: Comparisons


def parts(people: People, observer: Observer, folder: Path) -> dict[str, Part]:
    """Spoil and look, for each of `MIXTURES`; kept in `folder`."""
    rows = split(people)
    found = {}
    for name, mixture in MIXTURES.items():
        cache = folder / f"seen-{name}.npz"
        seen = observe(people, observer, mixture, rows=rows[name], cache=cache)
        found[name] = Part(seen=seen, compared=compare(people, seen, seed=SEED))
    return found


def split(people: People) -> dict[str, NDArray[np.int64]]:
    """Photos of each part; of people who have a photo from the front."""
    usable = np.isin(people.person, people.person[~people.profile])
    aside = np.unique(people.person[people.aside & usable])
    order = np.random.default_rng(SEED).permutation(aside)
    tune, prove = np.array_split(order, 2)
    return {
        "learn": np.flatnonzero(usable & ~people.aside),
        "tune": np.flatnonzero(np.isin(people.person, tune)),
        "prove": np.flatnonzero(np.isin(people.person, prove)),
    }


def fit(people: People, observer: Observer, folder: Path) -> Heads:
    """Fit everything; what was tried is written to CSV files beside the training."""
    part = parts(people, observer, folder)
    proof, tune = part["prove"], part["tune"]
    tried = list(gates.choose(people, tune.seen, proof.seen, proof.compared, seed=SEED))
    records.write(folder / "gates.csv", [each.row() for each in tried])
    gate = gates.best(tried).gate
    served = {name: applied(gate, each.seen)[0] for name, each in part.items()}
    head = _head(people, part, served, folder)
    logs = np.log(judged(head.head, tune.seen.summary))[tune.compared.observed]
    table = calibrate(
        logs,
        tune.compared.passed(served["tune"]),
        crops=people.crops[split(people)["tune"][:_SCENES]],
        judge=lambda crops: _logs(head.head, observer, crops),
    )
    return Heads(gate=gate, head=head.head, settings=head.settings, table=table)


def _head(
    people: People, part: Mapping[str, Part], served: Mapping[str, Vectors], folder: Path
) -> choice.Candidate:
    learn, prove = part["learn"], part["prove"]
    learnt = lesson(learn.seen, served["learn"], people, learn.compared)
    proof = choice.Proof(
        summary=prove.seen.summary[prove.compared.observed],
        passed=prove.compared.passed(served["prove"]),
    )
    tried = list(choice.choose(learnt, proof, seed=SEED))
    records.write(folder / "heads.csv", [each.row() for each in tried])
    return min(tried, key=lambda one: one.area)


def _logs(head: TemperatureHead, observer: Observer, crops: NDArray[np.uint8]) -> Numbers:
    found = [
        judged(head, observer.look(crops[start : start + _BATCH])["summary"])
        for start in range(0, len(crops), _BATCH)
    ]
    return np.log(np.concatenate(found))
