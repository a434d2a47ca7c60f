"""Decisions, taken under the policy table in force and logged before anybody hears."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from faces.decision import Candidate, Conclusion, decide
from faces.policy import Policy, PolicyTable
from gateway.pipeline import Sample
from gateway.records.decision import Decision
from gateway.records.log import DecisionLog


class Recorder:
    """Turns conclusions into decisions of record."""

    def __init__(self, policies: PolicyTable, log: DecisionLog) -> None:
        self._policies = policies
        self._log = log

    def policy(self, scene: str) -> Policy:
        """The row that decisions about a scene are taken by.

        Raises:
            SceneUnknown: There is none.
        """
        return self._policies.row(scene)

    def conclude(
        self,
        call: str,
        policy: Policy,
        samples: Sequence[Sample],
        candidates: Sequence[Candidate],
        context: Mapping[str, str],
        *,
        raw_similarity: float | None = None,
    ) -> Decision:
        """Decide and log: the first refusal of a sample, or what the candidates say.

        Args:
            call: The public call.
            policy: The lines to judge by.
            samples: Of every picture, in the order of the request.
            candidates: By falling similarity.
            context: What the caller said of it.
            raw_similarity: What the best similarity is without enhancement. Only noted.

        Raises:
            StoreUnavailable: The decision cannot be logged, so it must not be told.
        """
        refusals: list[Conclusion] = [s.refusal for s in samples if s.refusal]
        decision = Decision(
            call=call,
            scene=policy.scene,
            policy_version=self._policies.version,
            conclusion=refusals[0] if refusals else decide(policy, candidates),
            samples=samples,
            candidates=candidates,
            context=context,
            raw_similarity=raw_similarity,
        )
        self._log.append(decision.record())
        return decision

    def note(self, kind: str, facts: Mapping[str, object]) -> None:
        """Log something that is no decision: an enrolment, an erasure.

        Raises:
            StoreUnavailable: It cannot be logged.
        """
        now = datetime.now(UTC).isoformat()
        version = self._policies.version
        self._log.append({"kind": kind, "time": now, "policy_version": version, **facts})
