"""Decodes rows of the policy table and what they would say."""

from client.codec.decision import rule, verdict
from client.codec.wire import number
from client.types.policy import Explanation, PolicyRow, ScenePolicy
from faces.paging import Page
from sureface.policy.v1 import policy_pb2 as pb


def scene_policy(message: pb.GetPolicyResponse) -> ScenePolicy:
    """One row and its version."""
    return ScenePolicy(policy=_row(message.policy), policy_version=message.policy_version)


def scene_policies(message: pb.ListPoliciesResponse) -> Page[ScenePolicy]:
    """One page of rows."""
    rows = [
        ScenePolicy(policy=_row(row), policy_version=message.policy_version)
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
    )


def _row(message: pb.Policy) -> PolicyRow:
    return PolicyRow(
        scene=message.scene,
        min_quality=number(message.min_quality),
        enhance_below=number(message.enhance_below),
        enhancer_required=message.enhancer_required,
        min_enhanced_similarity=number(message.min_enhanced_similarity),
        on_low_quality=verdict(message.on_low_quality),
        accept=number(message.accept),
        review=number(message.review),
        margin=number(message.margin),
        min_inter_eye_px=number(message.min_inter_eye_px),
        max_yaw_deg=number(message.max_yaw_deg),
        max_pitch_deg=number(message.max_pitch_deg),
        min_detection_score=number(message.min_detection_score),
        max_faces=message.max_faces,
        max_occlusion=number(message.max_occlusion),
        reviewers=message.reviewers,
        liveness=message.liveness,
    )
