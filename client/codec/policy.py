"""Decodes the policy table, what it was, and what it would say."""

from client.codec.decision import rule, verdict
from client.codec.wire import known, moment, number
from client.types.policy import (
    AcceptLine,
    DecisionChange,
    Explanation,
    PolicyPeriod,
    PolicyRejection,
    PolicyRow,
    PolicySimulation,
    PolicyText,
    ScenePolicy,
    SceneSimulation,
    UntoldDecisions,
)
from faces.paging import Page
from faces.replay import Untold
from sureface.policy.v1 import policy_pb2 as pb


def scene_policy(message: pb.GetPolicyResponse) -> ScenePolicy:
    """One row and its version."""
    return ScenePolicy(policy=_row(message.policy), policy_version=message.policy_version)


def scene_policies(message: pb.ListPoliciesResponse) -> Page[ScenePolicy]:
    """One page of rows."""
    rows = [
        ScenePolicy(
            policy=_row(row),
            policy_version=message.policy_version,
            warnings=tuple(message.warnings),
        )
        for row in message.policies
    ]
    return Page(rows, message.next_page_token)


def explanation(message: pb.ExplainDecisionResponse) -> Explanation:
    """Which rule would fire."""
    return Explanation(
        verdict=verdict(message.verdict),
        rule=rule(message.rule),
        reason=message.reason,
        advices=tuple(message.advices),
        policy_version=message.policy_version,
        accept_line=_line(message.accept_line),
    )


def periods(message: pb.ListPolicyPeriodsResponse) -> Page[PolicyPeriod]:
    """One page of periods."""
    found = [
        PolicyPeriod(
            policy_version=period.policy_version,
            begin_time=moment(period.begin_time),
            end_time=moment(period.end_time) if period.HasField("end_time") else None,
        )
        for period in message.periods
    ]
    return Page(found, message.next_page_token)


def text(message: pb.GetPolicyTableResponse) -> PolicyText:
    """A whole table as it was written."""
    rejection = None
    if message.HasField("rejection"):
        rejection = PolicyRejection(
            reason=message.rejection.reason, reject_time=moment(message.rejection.reject_time)
        )
    return PolicyText(
        policy_version=message.policy_version,
        text=message.text,
        policies=tuple(_row(row) for row in message.policies),
        rejection=rejection,
    )


def simulation(message: pb.SimulatePolicyResponse) -> PolicySimulation:
    """What a proposed table would change."""
    return PolicySimulation(
        policy_version=message.policy_version, scenes=tuple(map(_scene, message.scenes))
    )


def _scene(message: pb.SceneSimulation) -> SceneSimulation:
    return SceneSimulation(
        scene=message.scene,
        decision_count=message.decision_count,
        unchanged_count=message.unchanged_count,
        changes=tuple(map(_change, message.changes)),
        untold=tuple(map(_untold, message.untold)),
    )


def _change(message: pb.DecisionChange) -> DecisionChange:
    return DecisionChange(
        old_verdict=verdict(message.old_verdict),
        old_rule=rule(message.old_rule),
        new_verdict=verdict(message.new_verdict),
        new_rule=rule(message.new_rule),
        decision_count=message.decision_count,
        decision_ids=tuple(message.decision_ids),
    )


def _untold(message: pb.UntoldDecisions) -> UntoldDecisions:
    return UntoldDecisions(
        reason=known(Untold, pb.UntoldReason.DESCRIPTOR, message.reason),
        decision_count=message.decision_count,
        decision_ids=tuple(message.decision_ids),
    )


def _line(message: pb.AcceptLine) -> AcceptLine:
    known = message.HasField("expected_fpir")
    return AcceptLine(
        similarity=message.similarity if message.HasField("similarity") else None,
        target_fpir=message.target_fpir if message.HasField("target_fpir") else None,
        calibration_version=message.calibration_version,
        expected_fpir=message.expected_fpir if known else None,
        low_fpir=message.low_fpir if known else None,
        high_fpir=message.high_fpir if known else None,
        degradation=message.degradation,
    )


def _row(message: pb.Policy) -> PolicyRow:
    return PolicyRow(
        scene=message.scene,
        min_quality=number(message.min_quality),
        enhance_below=number(message.enhance_below),
        enhancer_required=message.enhancer_required,
        min_enhanced_similarity=number(message.min_enhanced_similarity),
        on_low_quality=verdict(message.on_low_quality),
        accept=number(message.accept) if message.HasField("accept") else None,
        target_fpir=message.target_fpir if message.HasField("target_fpir") else None,
        review=number(message.review),
        margin=number(message.margin),
        min_inter_eye_px=number(message.min_inter_eye_px),
        max_yaw_deg=number(message.max_yaw_deg),
        max_pitch_deg=number(message.max_pitch_deg),
        min_detection_score=number(message.min_detection_score),
        max_faces=message.max_faces,
        max_occlusion=number(message.max_occlusion),
        reviewers=message.reviewers,
        review_days=message.review_days,
        liveness=message.liveness,
    )
