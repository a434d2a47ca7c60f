"""All cameras and scenes of two periods that follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from faces.insight.probe import Probe
from faces.insight.tally import Tally
from faces.insight.trend import Trend, trend

LIMIT = 1000
"""Pairs of camera and scene that are told apart: callers name cameras as they like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One camera in one scene."""

    camera_id: str
    """Empty if the caller named none."""

    scene: str
    before: Tally = field(default_factory=Tally)
    now: Tally = field(default_factory=Tally)

    @property
    def trend(self) -> Trend:
        """How the share of low quality moved."""
        return trend(self.before, self.now)

    @property
    def contract_id(self) -> str:
        """The latest model that vectors came from; empty if there were none."""
        return next(reversed(self.now.magnitudes or self.before.magnitudes), "")


class Insight:
    """Counts records, each once."""

    def __init__(self, limit: int = LIMIT) -> None:
        """Begin with nothing counted.

        Args:
            limit: Most groups; records of further ones are only counted in `beyond`.
        """
        self._limit = limit
        self._groups: dict[tuple[str, str], Group] = {}
        self.beyond = 0

    def add(self, camera_id: str, scene: str, probe: Probe, *, before: bool) -> None:
        """Count one record, of the period before or of this one."""
        group = self._groups.get((camera_id, scene))
        if group is None:
            if len(self._groups) == self._limit:
                self.beyond += 1
                return
            group = self._groups[camera_id, scene] = Group(camera_id=camera_id, scene=scene)
        (group.before if before else group.now).add(probe)

    @property
    def groups(self) -> Sequence[Group]:
        """Those with most pictures of low quality in this period first."""
        return sorted(
            self._groups.values(),
            key=lambda group: (-group.now.low, group.camera_id, group.scene),
        )
