"""Decisions, taken under the policy table in force and logged before anybody hears."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from faces.calibration import AcceptLine, drawn
from faces.decision import Candidate, Conclusion, decide
from faces.policy import Row
from faces.tracking import Basis
from gateway.calibrations.lines import Lines
from gateway.insight.metrics import Observing
from gateway.records.decision import Decision
from gateway.records.log import DecisionLog
from gateway.sample import Sample
from meshkit.chain import Head
from meshkit.telemetry import span


class Policies(Protocol):
    """The table in force, or one that never changes."""

    @property
    def version(self) -> str:
        """Hash of the table's content."""
        ...

    def row(self, scene: str) -> Row:
        """The row of a scene.

        Raises:
            SceneUnknown: There is none.
        """
        ...


class Recorder:
    """Turns conclusions into decisions of record."""

    def __init__(self, policies: Policies, log: DecisionLog, lines: Lines | None = None) -> None:
        """Decide.

        Args:
            policies: By these.
            log: On record here.
            lines: Resolve each `target_fpir`; without them it comes to no line.
        """
        self._policies = policies
        self._log = log
        self.lines = lines or Lines()
        self._observing = Observing()

    def policy(self, scene: str) -> Row:
        """The row that decisions about a scene are taken by.

        A call asks once, when it begins, and keeps the row to its end: by then, another
        table may be in force.

        Raises:
            SceneUnknown: There is none.
        """
        return self._policies.row(scene)

    async def conclude(
        self,
        call: str,
        policy: Row,
        samples: Sequence[Sample],
        candidates: Sequence[Candidate],
        context: Mapping[str, str],
        *,
        raw_similarity: float | None = None,
        line: AcceptLine | None = None,
        calibration: str = "",
        basis: Basis | None = None,
    ) -> Decision:
        """Decide and log: the first refusal of a sample, or what the candidates say.

        Args:
            call: The public call.
            policy: The lines to judge by; the decision names the version of their table.
            samples: Of every picture, in the order of the request.
            candidates: By falling similarity.
            context: What the caller said of it.
            raw_similarity: What the best similarity is without enhancement. Only noted.
            line: Where a match begins, as `lines` say; None if nothing is compared.
            calibration: Version of the one by which candidates were weighed; empty if by none.
            basis: What the track of a stream has come to; None for other calls.

        Raises:
            StoreUnavailable: The decision cannot be logged, so it must not be told.
        """
        judge = drawn(policy, line) if line else policy
        refusals: list[Conclusion] = [s.refusal for s in samples if s.refusal]
        decision = Decision(
            call=call,
            scene=policy.scene,
            policy_version=policy.version,
            conclusion=refusals[0] if refusals else decide(judge, candidates),
            samples=samples,
            candidates=candidates,
            context=context,
            raw_similarity=raw_similarity,
            line=line,
            calibration=calibration,
            reviewers=policy.reviewers,
            basis=basis,
        )
        record = decision.record()
        with span("record"):
            await self._log.append(record)
        self._observing.observe(record)
        return decision

    async def note(
        self, kind: str, facts: Mapping[str, object], *, policy: Row | None = None
    ) -> Head:
        """Log something that is no decision: an enrolment, an erasure. Its place in the chain.

        Args:
            kind: What it is.
            facts: What to log of it.
            policy: The lines that were judged by; None if nothing was, and the version
                is the one in force.

        Raises:
            StoreUnavailable: It cannot be logged.
        """
        now = datetime.now(UTC).isoformat()
        version = policy.version if policy else self._policies.version
        return await self._log.append(
            {"kind": kind, "time": now, "policy_version": version, **facts}
        )
