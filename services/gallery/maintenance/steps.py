"""A tuning as values: what is asked, what is known, what is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import ReferenceType

from services.gallery.maintenance.trials import Measured, Trial
from services.gallery.plan import Plan
from services.gallery.shelf import Shelf
from services.gallery.store import Request

_RECALL_AT_1 = 0.999
"""What a plan must reach to be chosen, whatever else is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants of a tuning."""

    collection_id: str
    min_recall: float
    """Least recall@10 of the plan to choose. Range (0, 1]."""

    write: Request | None
    """With what to store the plan; None only measures."""


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of a tuning."""

    measured: Measured
    number: int
    of: int
    chosen: bool = False
    """True in the last one, which repeats the plan that was chosen."""


@dataclass(slots=True)
class Work:
    """A tuning under way, which may be interrupted and taken up again."""

    shelf: ReferenceType[Shelf]
    """A collection may be deleted before somebody comes back for this."""

    trial: Trial
    last: int
    """The largest key that the trial has seen."""

    plans: list[Plan]
    """Those to measure."""

    known: list[Measured] = field(default_factory=list)
    finished: bool = False

    @property
    def count(self) -> int:
        """Plans in all."""
        return len(self.known) + len(self.plans)

    def steps(self) -> list[Step]:
        """What is known."""
        known = enumerate(self.known, 1)
        return [Step(measured, number, self.count) for number, measured in known]


def choice(known: Sequence[Measured], min_recall: float) -> Measured:
    """The fastest plan that misses next to nobody; the exact scan if all others do."""
    good = [
        each
        for each in known
        if each.recall_at_1 >= _RECALL_AT_1 and each.recall_at_10 >= min_recall
    ]
    return min(good, key=lambda each: each.latency_ms, default=known[0])
