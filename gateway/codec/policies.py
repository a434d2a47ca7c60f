"""Policy rows, tables and periods, and what a proposed table would change."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp

from faces.errors import FieldInvalid
from faces.policy import Policy
from faces.replay import Untold
from faces.simulation import Change, Counted, SceneTally
from gateway.codec.decisions import encode_rule, encode_verdict
from gateway.history import Period
from gateway.policies.in_force import Rejection
from sureface.policy.v1 import policy_pb2 as pb

K = TypeVar("K")


def encode_policy(policy: Policy) -> pb.Policy:
    """A row of the table. Columns and fields have the same names, by a test."""
    columns = {name: getattr(policy, name) for name in Policy.__dataclass_fields__}
    columns["on_low_quality"] = encode_verdict(policy.on_low_quality)
    columns["liveness"] = str(policy.liveness)
    if policy.target_fpir is not None:
        columns["accept"] = None
    return pb.Policy(**columns)


def encode_period(period: Period) -> pb.PolicyPeriod:
    """A time in which one table was in force."""
    return pb.PolicyPeriod(
        policy_version=period.version,
        begin_time=_stamp(period.begin_time),
        end_time=_stamp(period.end_time) if period.end_time else None,
    )


def encode_rejection(rejection: Rejection | None) -> pb.PolicyRejection | None:
    """Why the policy file is not what is in force; None if it is."""
    if rejection is None:
        return None
    return pb.PolicyRejection(reason=rejection.reason, reject_time=_stamp(rejection.time))


def decode_time(message: Timestamp, field: str, *, present: bool) -> datetime | None:
    """A point in time that may be left out.

    Raises:
        FieldInvalid: It is none that a clock could show.
    """
    if not present:
        return None
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise FieldInvalid(field=field, rule="must be a time of the years 1 to 9999") from None


def encode_scenes(scenes: Mapping[str, SceneTally]) -> list[pb.SceneSimulation]:
    """What would change, by scene."""
    return [
        pb.SceneSimulation(
            scene=scene,
            decision_count=tally.decisions,
            unchanged_count=tally.unchanged,
            changes=[_change(*item) for item in _frequent(tally.changes.items())],
            untold=[_untold(*item) for item in _frequent(tally.untold.items())],
        )
        for scene, tally in scenes.items()
    ]


def _frequent(counted: Iterable[tuple[K, Counted]]) -> list[tuple[K, Counted]]:
    return sorted(counted, key=lambda item: -item[1].count)


def _change(change: Change, counted: Counted) -> pb.DecisionChange:
    return pb.DecisionChange(
        old_verdict=encode_verdict(change.before.verdict),
        old_rule=encode_rule(change.before.rule),
        new_verdict=encode_verdict(change.after.verdict),
        new_rule=encode_rule(change.after.rule),
        decision_count=counted.count,
        decision_ids=counted.decision_ids,
    )


def _untold(why: Untold, counted: Counted) -> pb.UntoldDecisions:
    return pb.UntoldDecisions(
        reason=pb.UntoldReason.Value(f"UNTOLD_REASON_{why.name}"),
        decision_count=counted.count,
        decision_ids=counted.decision_ids,
    )


def _stamp(time: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(time)
    return stamp
