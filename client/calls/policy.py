"""Calls of `sureface.policy.v1.PolicyService`."""

from collections.abc import Sequence

from client.calls.prepared import Listing, Prepared, prepare
from client.codec import policy as codec
from client.types import Explanation, ScenePolicy
from sureface.policy.v1 import policy_pb2 as pb


def list_policies(*, page_size: int = 0) -> Listing[ScenePolicy]:
    """List all rows of the policy table, by scene."""
    return Listing(
        lambda token: prepare(
            pb.ListPoliciesRequest(page_size=page_size, page_token=token),
            pb.ListPoliciesResponse,
            codec.scene_policies,
        )
    )


def get_policy(*, scene: str) -> Prepared[ScenePolicy]:
    """Return the row of one scene."""
    return prepare(pb.GetPolicyRequest(scene=scene), pb.GetPolicyResponse, codec.scene_policy)


def explain_decision(
    *,
    scene: str,
    face_count: int | None = None,
    detection_score: float | None = None,
    inter_eye_px: float | None = None,
    yaw_deg: float | None = None,
    pitch_deg: float | None = None,
    occlusion_share: float | None = None,
    quality: float | None = None,
    similarities: Sequence[float] = (),
) -> Prepared[Explanation]:
    """Tell which rule would fire for these scores. None means good enough."""
    request = pb.ExplainDecisionRequest(
        scene=scene,
        face_count=face_count,
        detection_score=detection_score,
        inter_eye_px=inter_eye_px,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        occlusion_share=occlusion_share,
        quality=quality,
        similarities=similarities,
    )
    return prepare(request, pb.ExplainDecisionResponse, codec.explanation)
