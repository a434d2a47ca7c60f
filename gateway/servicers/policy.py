"""sureface.policy.v1 over gRPC."""

import asyncio

from faces import fields, paging
from faces.calibration import Size
from faces.errors import FieldInvalid
from faces.policy import PolicyTable, Row
from faces.simulation import Simulation
from gateway.calibrations.history import History
from gateway.calibrations.lines import Lines
from gateway.calibrations.warnings import warnings
from gateway.codec.calibrations import chosen, encode_calibration, encode_line
from gateway.codec.decisions import encode_rule, encode_verdict
from gateway.codec.policies import (
    decode_time,
    encode_period,
    encode_policy,
    encode_rejection,
    encode_scenes,
)
from gateway.explain import Scores, explain
from gateway.policies.in_force import InForce
from gateway.policies.simulating import Simulating, Span
from gateway.servicers.calibrations import CalibrationCalls
from meshkit.policy_file import MAX_BYTES, TableWrong, parse
from meshkit.rpc import Context
from sureface.policy.v1 import policy_pb2 as pb

_SCORES = (
    ("face_count", 0, 1000),
    ("detection_score", 0, 1),
    ("inter_eye_px", 0, 100_000),
    ("yaw_deg", -90, 90),
    ("pitch_deg", -90, 90),
    ("liveness_score", 0, 1),
    ("occlusion_share", 0, 1),
    ("quality", 0, 1),
)
_COUNTS = ("person_count", "template_count")
_MOST = 1_000_000_000
"""Optional scores of a request and their ranges."""


class PolicyServicer(CalibrationCalls):
    """Implements sureface.policy.v1.PolicyService."""

    def __init__(
        self,
        policies: InForce,
        simulating: Simulating,
        lines: Lines,
        *,
        calibrations: History,
        enhancer: bool,
    ) -> None:
        CalibrationCalls.__init__(self, calibrations)
        self._policies = policies
        self._lines = lines
        self._history = policies.history
        self._simulating = simulating
        self._enhancer = enhancer

    async def ListPolicies(
        self, request: pb.ListPoliciesRequest, context: Context
    ) -> pb.ListPoliciesResponse:
        table = self._policies.table
        after, size = paging.key_of(request.page_token), paging.size_of(request.page_size)
        rest = [row for row in table if row.scene > after]
        cut = paging.page(rest, size, key=lambda row: row.scene)
        return pb.ListPoliciesResponse(
            policies=map(encode_policy, cut.items),
            policy_version=table.version,
            next_page_token=cut.next_token,
            warnings=warnings(table, self._lines),
            calibrations=map(encode_calibration, self._lines.calibrations.values()),
        )

    async def GetPolicy(
        self, request: pb.GetPolicyRequest, context: Context
    ) -> pb.GetPolicyResponse:
        row = self._policies.row(request.scene)
        return pb.GetPolicyResponse(policy=encode_policy(row), policy_version=row.version)

    async def ExplainDecision(
        self, request: pb.ExplainDecisionRequest, context: Context
    ) -> pb.ExplainDecisionResponse:
        row = self._policies.row(request.scene)
        calibration = chosen(self._lines.calibrations, request.contract_id)
        found = explain(row, _scores(request), enhancer=self._enhancer, calibration=calibration)
        conclusion = found.conclusion
        return pb.ExplainDecisionResponse(
            verdict=encode_verdict(conclusion.verdict),
            rule=encode_rule(conclusion.rule),
            reason=conclusion.reason,
            advices=conclusion.advices,
            policy_version=row.version,
            accept_line=encode_line(found.line),
        )

    async def ListPolicyPeriods(
        self, request: pb.ListPolicyPeriodsRequest, context: Context
    ) -> pb.ListPolicyPeriodsResponse:
        before, size = paging.number_of(request.page_token), paging.size_of(request.page_size)
        found = await asyncio.to_thread(self._history.periods, before=before, size=size)
        return pb.ListPolicyPeriodsResponse(
            periods=map(encode_period, found.items), next_page_token=found.next_token
        )

    async def GetPolicyTable(
        self, request: pb.GetPolicyTableRequest, context: Context
    ) -> pb.GetPolicyTableResponse:
        version = request.policy_version or self._policies.version
        text = await asyncio.to_thread(self._history.text, version)
        if text is None:
            raise FieldInvalid(field="policy_version", rule="was never in force here")
        return pb.GetPolicyTableResponse(
            policy_version=version,
            text=text,
            policies=map(encode_policy, await asyncio.to_thread(_rows, text, version)),
            rejection=encode_rejection(self._policies.rejection),
        )

    async def SimulatePolicy(
        self, request: pb.SimulatePolicyRequest, context: Context
    ) -> pb.SimulatePolicyResponse:
        text = fields.words(request.text, "text", limit=MAX_BYTES)
        span = _span(request)
        table = await asyncio.to_thread(_proposed, text)
        simulation = Simulation(
            table, enhancer=self._enhancer, calibrations=self._lines.calibrations
        )
        await self._simulating.run(simulation, span)
        return pb.SimulatePolicyResponse(
            policy_version=table.version, scenes=encode_scenes(simulation.scenes)
        )


def _rows(text: str, version: str) -> list[Row]:
    """Rows of a table of the past; none if it reads as another version today."""
    try:
        table = parse(text)
    except TableWrong:
        return []
    return list(table) if table.version == version else []


def _proposed(text: str) -> PolicyTable:
    try:
        return parse(text)
    except TableWrong as problem:
        raise FieldInvalid(field="text", rule=f"is no policy table: {problem}") from None


def _span(request: pb.SimulatePolicyRequest) -> Span:
    times = {
        name: decode_time(getattr(request, name), name, present=request.HasField(name))
        for name in ("start_time", "end_time")
    }
    return Span(start=times["start_time"], end=times["end_time"], scene=request.scene)


def _scores(request: pb.ExplainDecisionRequest) -> Scores:
    given = {
        name: fields.within(getattr(request, name), name, low=low, high=high)
        for name, low, high in _SCORES
        if request.HasField(name)  # type: ignore[arg-type]  # names of optional fields
    }
    for similarity in request.similarities:
        fields.within(similarity, "similarities", low=-1, high=1)
    return Scores(similarities=request.similarities, size=_size(request), **given)  # type: ignore[arg-type]


def _size(request: pb.ExplainDecisionRequest) -> Size:
    for name in _COUNTS:
        if request.HasField(name):  # type: ignore[arg-type]  # names of optional fields
            fields.within(getattr(request, name), name, low=1, high=_MOST)
    persons = request.person_count or 1
    return Size(persons=persons, templates=request.template_count or persons)
