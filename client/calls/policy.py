"""Calls of `sureface.policy.v1.PolicyService`."""

from collections.abc import Sequence
from datetime import datetime

from client.calls.prepared import Listing, Prepared, prepare
from client.codec import policy as codec
from client.types import Explanation, PolicyPeriod, PolicySimulation, PolicyText, ScenePolicy
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
    liveness_score: float | None = None,
    occlusion_share: float | None = None,
    quality: float | None = None,
    similarities: Sequence[float] = (),
    person_count: int | None = None,
    template_count: int | None = None,
    contract_id: str = "",
) -> Prepared[Explanation]:
    """Tell which rule would fire for these scores. None means good enough, but for
    `liveness_score`: None means that there is none.

    `person_count` and `template_count` are of the collection, for a scene with `target_fpir`: None
    means one, and one each. `contract_id` picks the calibration if several are loaded.
    """
    request = pb.ExplainDecisionRequest(
        scene=scene,
        face_count=face_count,
        detection_score=detection_score,
        inter_eye_px=inter_eye_px,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        liveness_score=liveness_score,
        occlusion_share=occlusion_share,
        quality=quality,
        similarities=similarities,
        person_count=person_count,
        template_count=template_count,
        contract_id=contract_id,
    )
    return prepare(request, pb.ExplainDecisionResponse, codec.explanation)


def list_policy_periods(*, page_size: int = 0) -> Listing[PolicyPeriod]:
    """List which versions of the policy table were in force, the latest first."""
    return Listing(
        lambda token: prepare(
            pb.ListPolicyPeriodsRequest(page_size=page_size, page_token=token),
            pb.ListPolicyPeriodsResponse,
            codec.periods,
        )
    )


def get_policy_table(*, policy_version: str = "") -> Prepared[PolicyText]:
    """Return a whole table as it was written: of a version, or the one in force."""
    request = pb.GetPolicyTableRequest(policy_version=policy_version)
    return prepare(request, pb.GetPolicyTableResponse, codec.text)


def simulate_policy(
    *,
    text: str,
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    scene: str = "",
) -> Prepared[PolicySimulation]:
    """Tell what a proposed table, as YAML, would change of the decisions of a period.

    Times must know their zone; None means from the first record, and up to now.
    """
    request = pb.SimulatePolicyRequest(text=text, scene=scene)
    if start_time:
        request.start_time.FromDatetime(start_time)
    if end_time:
        request.end_time.FromDatetime(end_time)
    return prepare(request, pb.SimulatePolicyResponse, codec.simulation)
