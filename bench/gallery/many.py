"""Many callers against one, as `batching` and `batching_served` measure and record it.

A second thread slows one caller down, where a scan waits for memory. Many callers are
therefore judged against the fastest caller of the run, whatever its number of threads:
nobody who asks one by one has to take the slower.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.gallery.waits import Waits, row
from bench.results import Row
from services.gallery.plan import Plan

CALLERS = 16

PLANS = {"exact scan of fp32": Plan(storage="fp32"), "two stages": None}
"""What is searched; None is the gallery's own choice."""

CALLS = {"exact scan of fp32": (32, 128), "two stages": (150, 800)}
"""Of a round: by one caller, and by all callers."""


@dataclass(slots=True)
class Rounds:
    """Both sides, round by round."""

    alone: list[Waits] = field(default_factory=list)
    callers: list[Waits] = field(default_factory=list)
    probes: float = 0
    """Of all batches of `callers`."""

    batches: int = 0


def rows(command: str, label: str, measured: Mapping[int, Rounds], end: str = "") -> list[Row]:
    """What is recorded of one index.

    Args:
        command: What measured it.
        label: Of the index, for the metrics.
        measured: By threads of a scan.
        end: Of the label, behind the threads.
    """
    best = max(Waits.of(each.alone).per_s for each in measured.values())
    found = []
    for threads, each in measured.items():
        name = f"{label}, {threads} thread{'s' * (threads > 1)}{end}"
        one, many = Waits.of(each.alone), Waits.of(each.callers)
        all_of_them = f"{name}: searches of {CALLERS} callers"
        times = f"{name}: {CALLERS} callers, times the fastest caller alone"
        wait = f"{name}: wait of {CALLERS} callers, median"
        batch = f"{name}: mean batch of {CALLERS} callers"
        found += [
            row(command, times, many.per_s / best, "≥ 10", digits=2),
            row(command, f"{name}: searches of one caller", one.per_s, unit="/s", digits=1),
            row(command, all_of_them, many.per_s, unit="/s", digits=1),
            row(command, wait, many.ms(), unit="ms", digits=1),
            row(command, batch, each.probes / each.batches, digits=1),
        ]
    return found
