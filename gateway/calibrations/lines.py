"""Where a match begins in one search, and what a similarity says as evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from faces.calibration import AcceptLine, Calibration, Size, accept_line
from faces.decision import Candidate
from faces.policy import Policy
from gateway.calibrations import metrics
from gateway.calibrations.counting import Counting
from gateway.calibrations.loaded import Loaded


class Asked(NamedTuple):
    """Which line was asked for."""

    contract_id: str

    size: Size | None
    """None if nobody could tell."""


class Lines:
    """Resolves what a policy asks for. A search is counted against all who are searched, a claim
    against the one person who is claimed.
    """

    def __init__(self, loaded: Loaded | None = None, counting: Counting | None = None) -> None:
        """Without arguments, nothing is calibrated and nobody is counted."""
        self.loaded = loaded or Loaded()
        self._counting = counting
        self.latest: dict[str, Asked] = {}
        """What each scene with a `target_fpir` was asked last."""

    @property
    def calibrations(self) -> Mapping[str, Calibration]:
        """By contract."""
        return self.loaded.calibrations

    async def among(self, policy: Policy, contract_id: str, collection_id: str) -> AcceptLine:
        """The line of a search of a whole collection."""
        return self._line(policy, contract_id, await self._size(collection_id))

    async def claimed(self, policy: Policy, contract_id: str, collection_id: str) -> AcceptLine:
        """The line of a comparison with one person of a collection."""
        size = await self._size(collection_id)
        return self._line(policy, contract_id, size.one if size else None)

    def shown(self, policy: Policy, contract_id: str, *, photos: int) -> AcceptLine:
        """The line of a comparison with photos of one person that were sent along."""
        return self._line(policy, contract_id, Size(persons=1, templates=photos))

    async def _size(self, collection_id: str) -> Size | None:
        return await self._counting.size(collection_id) if self._counting else None

    def _line(self, policy: Policy, contract_id: str, size: Size | None) -> AcceptLine:
        line = accept_line(policy, self.calibrations.get(contract_id), size)
        if policy.target_fpir is not None:
            outcome = line.trouble.value if line.trouble else "supported"
            metrics.LINES.labels(policy.scene, outcome).inc()
            self.latest[policy.scene] = Asked(contract_id, size)
        return line


def weighed(
    candidates: Sequence[Candidate], calibration: Calibration | None, quality: float
) -> list[Candidate]:
    """Candidates with what their similarities say, if there is a calibration.

    Args:
        candidates: Of a search.
        calibration: Of the contract of its vectors; None if there is none.
        quality: Of the probe.
    """
    if calibration is None:
        return list(candidates)
    return [
        replace(
            each,
            log_likelihood_ratio=calibration.ratio(
                each.similarity, min(quality, each.template_quality)
            ),
        )
        for each in candidates
    ]
