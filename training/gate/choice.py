"""Chooses a gate by people whom its fit does not see."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
from rich.progress import track

from training.comparisons import Comparisons
from training.gate.fitting import Settings, applied, fit
from training.gate.network import Gate
from training.observations import Observations
from training.people import People

GRID = [
    Settings(hidden=hidden, cost=cost, strangers=strangers)
    for hidden, cost, strangers in product((0, 8, 32), (0.0, 0.01, 0.02, 0.05), (0.0, 0.05, 0.2))
]

LOSS = 0.002
"""Most that clean crops' false non-match rate may rise."""

FALSE = 1.15
"""Largest false match rate, of those that the clean crops' line allows: a little under the limit of
1.2, for other people are not these."""

OPENED = 0.15
"""Largest share of clean crops that may take the robust branch: they pay for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A gate, and how it did; rates are false non-match rates."""

    settings: Settings
    gate: Gate
    clean: float
    clean_frozen: float
    spoiled: float
    opened: float
    """Share of clean crops that took the robust branch."""

    fmr: float
    """False match rate at the line, over that of the frozen branch with clean crops: the highest of
    those of clean crops, covered ones, and others."""

    def row(self) -> dict[str, object]:
        """For the log."""
        names = ("clean", "clean_frozen", "spoiled", "opened", "fmr")
        return asdict(self.settings) | {name: round(getattr(self, name), 5) for name in names}

    @property
    def fits(self) -> bool:
        """Whether it leaves clean crops alone, and strangers strangers."""
        unharmed = self.clean <= self.clean_frozen + LOSS
        return unharmed and self.opened <= OPENED and self.fmr <= FALSE


def choose(
    people: People, tune: Observations, proof: Observations, compared: Comparisons, *, seed: int
) -> Iterator[Candidate]:
    """Try all of `GRID`.

    Args:
        people: All photos.
        tune: What the fit sees.
        proof: Of other people.
        compared: These.
        seed: Of all that is left to chance.
    """
    clean = proof.clean[compared.observed]
    frozen = compared.passed(proof.frozen)
    covered = proof.covered > 0
    kinds = [proof.clean, covered, ~proof.clean & ~covered]
    allowed = compared.false(proof.frozen, proof.clean)
    for settings in track(GRID, description="gate"):
        gate = fit(tune, people, settings, seed=seed)
        vectors, share = applied(gate, proof)
        passed = compared.passed(vectors)
        yield Candidate(
            settings=settings,
            gate=gate,
            clean=1 - float(passed[clean].mean()),
            clean_frozen=1 - float(frozen[clean].mean()),
            spoiled=1 - float(passed[~clean].mean()),
            opened=float(np.mean(share[proof.clean] > 0)),
            fmr=max(compared.false(vectors, kind) for kind in kinds if kind.any()) / allowed,
        )


def best(tried: Iterable[Candidate]) -> Candidate:
    """The fewest spoiled crops that fail, among those that do no harm.

    Raises:
        ValueError: None does.
    """
    fitting = [each for each in tried if each.fits]
    if not fitting:
        raise ValueError(
            "every gate harms clean crops, opens for too many of them, or lets strangers through"
        )
    return min(fitting, key=lambda each: each.spoiled)
