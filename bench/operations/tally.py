"""What was asked of a mesh, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field

import grpc

from bench.results import table
from faces.errors import FaceError

_SHOWN = 20
"""Lines of each kind that are printed."""


@dataclass(slots=True)
class Tally:
    """Counts, and everything that was not as promised."""

    event: str = "nothing"
    """What befell the mesh last, for example ``gallery killed``."""

    events: Counter[str] = field(default_factory=Counter)

    answered: Counter[str] = field(default_factory=Counter)
    """Calls by kind, those with a wrong answer included."""

    degraded: int = 0
    """Answers that say what was skipped, because it was away."""

    failed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Calls without an answer: by the event before, by kind, and why."""

    wrong: list[str] = field(default_factory=list)
    """Answers that an undisturbed mesh does not give."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged writes that are not there, or there twice."""

    faults: list[str] = field(default_factory=list)
    """Processes that ended by themselves, or met a bug."""

    @property
    def asked(self) -> int:
        """All calls that have ended."""
        return self.answered.total() + self.failed.total()

    @property
    def failed_percent(self) -> float:
        """Share of calls that failed."""
        return 100 * self.failed.total() / max(1, self.asked)

    def happens(self, event: str) -> None:
        """Note what befalls the mesh."""
        self.event = event
        self.events[event] += 1

    def facts(self) -> str:
        """All of it in a line."""
        return (
            f"{self.events.total()} events, {self.asked} calls, {self.failed.total()} failed, "
            f"{len(self.wrong)} wrong, {self.degraded} degraded"
        )


def why(error: FaceError | grpc.RpcError) -> str:
    """A failure in a few words: reason and service, or what gRPC says."""
    if isinstance(error, FaceError):
        where = error.metadata.get("service") or error.metadata.get("stage") or ""
        return f"{error.reason.removeprefix('ERROR_REASON_')} {where}".strip()
    return f"{error.code().name} without a reason: {error.details()}"


def show(tally: Tally) -> None:
    """Print what happened."""
    print(table([["event", "times"], *([name, str(n)] for name, n in tally.events.items())]))
    print(table([["call", "answered"], *([name, str(n)] for name, n in tally.answered.items())]))
    if tally.failed:
        rows = [[*key, str(count)] for key, count in tally.failed.most_common()]
        print(table([["after", "call", "failed because", "times"], *rows]))
    for title in ("wrong", "lost", "faults"):
        for line in getattr(tally, title)[:_SHOWN]:
            print(f"{title.upper()} {line}")
