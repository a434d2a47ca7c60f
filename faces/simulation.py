"""What a proposed policy table would change, counted over decisions of the past."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from faces.policy import PolicyTable
from faces.replay import NO_CALIBRATIONS, Calibrations, Decided, Past, Untold, replay

EXAMPLES = 5
"""Decisions that are named of each kind of change: the latest."""


class Change(NamedTuple):
    """From what was decided to what would be."""

    before: Decided
    after: Decided


@dataclass(slots=True)
class Counted:
    """How many decisions there are of a kind, and some of them."""

    count: int = 0
    decision_ids: deque[str] = field(default_factory=lambda: deque(maxlen=EXAMPLES))
    """The latest, in the order of the log."""

    def add(self, decision_id: str) -> None:
        """Count one more."""
        self.count += 1
        self.decision_ids.append(decision_id)


@dataclass(slots=True)
class SceneTally:
    """All decisions of one scene: unchanged, changed, or not to be told."""

    unchanged: int = 0
    """Same verdict, same rule."""

    changes: dict[Change, Counted] = field(default_factory=dict)
    untold: dict[Untold, Counted] = field(default_factory=dict)

    @property
    def decisions(self) -> int:
        """How many there are."""
        kinds = (*self.changes.values(), *self.untold.values())
        return self.unchanged + sum(kind.count for kind in kinds)


class Simulation:
    """Decides again by a proposed table, and counts what comes of it."""

    def __init__(
        self,
        table: PolicyTable,
        *,
        enhancer: bool,
        calibrations: Calibrations = NO_CALIBRATIONS,
    ) -> None:
        """Begin with nothing counted.

        Args:
            table: What is proposed.
            enhancer: Whether one is configured, for faces that would now be enhanced.
            calibrations: That resolve a `target_fpir`.
        """
        self._rows = {row.scene: row for row in table}
        self._enhancer = enhancer
        self._calibrations = calibrations
        self._tallies: dict[str, SceneTally] = {}

    @property
    def scenes(self) -> Mapping[str, SceneTally]:
        """What was counted so far, by scene."""
        return dict(sorted(self._tallies.items()))

    def add(self, past: Past) -> None:
        """Count one decision of the past."""
        tally = self._tallies.setdefault(past.scene, SceneTally())
        outcome = self._again(past)
        if isinstance(outcome, Untold):
            tally.untold.setdefault(outcome, Counted()).add(past.decision_id)
        elif outcome == past.decided:
            tally.unchanged += 1
        elif past.decided:
            change = Change(past.decided, outcome)
            tally.changes.setdefault(change, Counted()).add(past.decision_id)

    def _again(self, past: Past) -> Decided | Untold:
        row = self._rows.get(past.scene)
        if row is None:
            return Untold.SCENE_REMOVED
        return replay(row, past, enhancer=self._enhancer, calibrations=self._calibrations)
