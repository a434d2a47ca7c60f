"""The public API as one table: proto service to servicer."""

from collections.abc import Mapping

from gateway.servicers.access import AccessServicer
from gateway.servicers.analysis import AnalysisServicer
from gateway.servicers.audit import AuditServicer
from gateway.servicers.enrollment import EnrollmentServicer
from gateway.servicers.insight import InsightServicer
from gateway.servicers.investigation import InvestigationServicer
from gateway.servicers.policy import PolicyServicer
from meshkit.server import Register
from sureface.access.v1 import access_pb2, access_pb2_grpc
from sureface.analysis.v1 import analysis_pb2, analysis_pb2_grpc
from sureface.audit.v1 import audit_pb2, audit_pb2_grpc
from sureface.enrollment.v1 import enrollment_pb2, enrollment_pb2_grpc
from sureface.insight.v1 import insight_pb2, insight_pb2_grpc
from sureface.investigation.v1 import investigation_pb2, investigation_pb2_grpc
from sureface.policy.v1 import policy_pb2, policy_pb2_grpc


def registrations(
    *,
    access: AccessServicer,
    analysis: AnalysisServicer,
    audit: AuditServicer,
    enrollment: EnrollmentServicer,
    insight: InsightServicer,
    investigation: InvestigationServicer,
    policy: PolicyServicer,
) -> Mapping[str, Register]:
    """How to add each servicer to a server, by full name of its service."""
    return {
        _name(access_pb2): lambda server: access_pb2_grpc.add_AccessServiceServicer_to_server(
            access, server
        ),
        _name(analysis_pb2): lambda server: analysis_pb2_grpc.add_AnalysisServiceServicer_to_server(
            analysis, server
        ),
        _name(audit_pb2): lambda server: audit_pb2_grpc.add_AuditServiceServicer_to_server(
            audit, server
        ),
        _name(enrollment_pb2): lambda server: (
            enrollment_pb2_grpc.add_EnrollmentServiceServicer_to_server(enrollment, server)
        ),
        _name(insight_pb2): lambda server: insight_pb2_grpc.add_InsightServiceServicer_to_server(
            insight, server
        ),
        _name(investigation_pb2): lambda server: (
            investigation_pb2_grpc.add_InvestigationServiceServicer_to_server(investigation, server)
        ),
        _name(policy_pb2): lambda server: policy_pb2_grpc.add_PolicyServiceServicer_to_server(
            policy, server
        ),
    }


def _name(module: object) -> str:
    [service] = module.DESCRIPTOR.services_by_name.values()  # type: ignore[attr-defined]
    name: str = service.full_name
    return name
