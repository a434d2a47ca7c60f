"""sureface.policy.v1 over gRPC."""

from faces import fields, paging
from faces.policy import PolicyTable
from gateway.codec.decisions import encode_policy, encode_rule, encode_verdict
from gateway.explain import Scores, explain
from meshkit.rpc import Context
from sureface.policy.v1 import policy_pb2 as pb
from sureface.policy.v1 import policy_pb2_grpc as rpc

_SCORES = (
    ("face_count", 0, 1000),
    ("detection_score", 0, 1),
    ("inter_eye_px", 0, 100_000),
    ("yaw_deg", -90, 90),
    ("pitch_deg", -90, 90),
    ("occlusion_share", 0, 1),
    ("quality", 0, 1),
)
"""Optional scores of a request and their ranges."""


class PolicyServicer(rpc.PolicyServiceServicer):
    """Implements sureface.policy.v1.PolicyService."""

    def __init__(self, policies: PolicyTable, *, enhancer: bool) -> None:
        self._policies = policies
        self._enhancer = enhancer

    async def ListPolicies(
        self, request: pb.ListPoliciesRequest, context: Context
    ) -> pb.ListPoliciesResponse:
        after, size = paging.key_of(request.page_token), paging.size_of(request.page_size)
        rest = [row for row in self._policies if row.scene > after]
        cut = paging.page(rest, size, key=lambda row: row.scene)
        return pb.ListPoliciesResponse(
            policies=map(encode_policy, cut.items),
            policy_version=self._policies.version,
            next_page_token=cut.next_token,
        )

    async def GetPolicy(
        self, request: pb.GetPolicyRequest, context: Context
    ) -> pb.GetPolicyResponse:
        row = self._policies.row(request.scene)
        return pb.GetPolicyResponse(
            policy=encode_policy(row), policy_version=self._policies.version
        )

    async def ExplainDecision(
        self, request: pb.ExplainDecisionRequest, context: Context
    ) -> pb.ExplainDecisionResponse:
        row = self._policies.row(request.scene)
        conclusion = explain(row, _scores(request), enhancer=self._enhancer)
        return pb.ExplainDecisionResponse(
            verdict=encode_verdict(conclusion.verdict),
            rule=encode_rule(conclusion.rule),
            reason=conclusion.reason,
            advices=conclusion.advices,
            policy_version=self._policies.version,
        )


def _scores(request: pb.ExplainDecisionRequest) -> Scores:
    given = {
        name: fields.within(getattr(request, name), name, low=low, high=high)
        for name, low, high in _SCORES
        if request.HasField(name)  # type: ignore[arg-type]  # names of optional fields
    }
    for similarity in request.similarities:
        fields.within(similarity, "similarities", low=-1, high=1)
    return Scores(similarities=request.similarities, **given)  # type: ignore[arg-type]
