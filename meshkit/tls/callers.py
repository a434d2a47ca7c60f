"""Who may call whom: the one table of it, and who a caller is by its certificate."""

from collections.abc import Mapping

from meshkit.rpc import Context

NAMES = "spiffe://sureface/"
"""How the names of callers begin, in certificates: ``spiffe://sureface/gateway``."""

ANYBODY = None
"""Of the public API: who calls it is for the gateway to find out."""

_MESH = frozenset({"gateway", "worker", "operator"})
"""`operator` is whoever runs `sureface status` and `sureface gallery`."""

CALLERS: Mapping[str, frozenset[str] | None] = {
    "sureface.detector.v1.DetectorService": _MESH,
    "sureface.enhancer.v1.EnhancerService": _MESH,
    "sureface.embedder.v1.EmbedderService": _MESH,
    "sureface.gallery.v1.GalleryService": _MESH,
    "sureface.gallery.v1.MaintenanceService": _MESH,
    "sureface.access.v1.AccessService": ANYBODY,
    "sureface.analysis.v1.AnalysisService": ANYBODY,
    "sureface.audit.v1.AuditService": ANYBODY,
    "sureface.enrollment.v1.EnrollmentService": ANYBODY,
    "sureface.insight.v1.InsightService": ANYBODY,
    "sureface.investigation.v1.InvestigationService": ANYBODY,
    "sureface.policy.v1.PolicyService": ANYBODY,
}
"""Callers of each service by its full proto name. A service that is not here has none."""


def may_call(service: str, caller: str) -> bool:
    """Whether the table lets a caller in.

    Args:
        service: Full proto name.
        caller: As by `name_of`.
    """
    allowed = CALLERS.get(service, frozenset())
    return allowed is None or caller in allowed


def name_of(context: Context) -> str:
    """The name in the certificate of a caller, such as ``gateway``; empty if there is none.

    The certificate was verified when the connection was made: before that, no call reaches us.
    One with several names has none.
    """
    told = dict(context.auth_context() or {}).get("peer_uri", ())
    match [bytes(name).decode(errors="replace") for name in told]:
        case [name] if name.startswith(NAMES):
            return name.removeprefix(NAMES)
    return ""
