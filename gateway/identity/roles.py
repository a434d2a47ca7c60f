"""Who may call what: the one table of it. A call without a row is nobody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from meshkit.keys.key import Role


class Reach(Enum):
    """How a call is held to the collections and scenes of a credential that is limited to some."""

    NAMED = auto()
    """By the collections and scenes that its requests name."""

    FOUND = auto()
    """By those of what it finds: jobs, reviews and collections out of reach are not there."""

    WHOLE = auto()
    """It looks across all of them: for credentials without limits only."""

    NONE = auto()
    """It has to do with none."""


class Data(Enum):
    """What a call has to do with the bodies of people."""

    BIOMETRIC = auto()
    """It takes, finds, makes, tells or erases pictures, faces, vectors, templates, or hits, or who
    is enrolled: whoever makes it leaves an entry in the decision log."""

    OTHER = auto()
    """It tells of settings, of how many there are, or of how far something is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Of one call."""

    roles: frozenset[Role]
    reach: Reach
    data: Data


def _rule(reach: Reach, data: Data, *roles: Role) -> Rule:
    return Rule(frozenset(roles), reach, data)


_BODY, _OTHER = Data.BIOMETRIC, Data.OTHER

_DEVICE, _INVESTIGATOR, _REVIEWER = Role.DEVICE, Role.INVESTIGATOR, Role.REVIEWER
_ENROLLER, _ADMINISTRATOR, _AUDITOR = Role.ENROLLER, Role.ADMINISTRATOR, Role.AUDITOR
_STAFF = (_INVESTIGATOR, _REVIEWER, _ENROLLER, _ADMINISTRATOR, _AUDITOR)

_CALLS: Mapping[str, Mapping[str, Rule]] = {
    "sureface.access.v1.AccessService": {
        "Verify": _rule(Reach.NAMED, _BODY, _DEVICE),
        "Identify": _rule(Reach.NAMED, _BODY, _DEVICE),
        "IdentifyStream": _rule(Reach.NAMED, _BODY, _DEVICE),
    },
    "sureface.analysis.v1.AnalysisService": {
        "DetectFaces": _rule(Reach.NONE, _BODY, _INVESTIGATOR, _ENROLLER),
        "Extract": _rule(Reach.NONE, _BODY, _INVESTIGATOR, _ENROLLER),
    },
    "sureface.audit.v1.AuditService": {
        "ExportRecords": _rule(Reach.WHOLE, _BODY, _AUDITOR),
    },
    "sureface.enrollment.v1.EnrollmentService": {
        "CreateCollection": _rule(Reach.NAMED, _OTHER, _ADMINISTRATOR),
        "GetCollection": _rule(
            Reach.NAMED, _OTHER, _INVESTIGATOR, _ENROLLER, _ADMINISTRATOR, _AUDITOR
        ),
        "ListCollections": _rule(
            Reach.FOUND, _OTHER, _INVESTIGATOR, _ENROLLER, _ADMINISTRATOR, _AUDITOR
        ),
        "DeleteCollection": _rule(Reach.NAMED, _BODY, _ADMINISTRATOR),
        "EnrollPerson": _rule(Reach.NAMED, _BODY, _ENROLLER),
        "BatchEnroll": _rule(Reach.NAMED, _BODY, _ENROLLER),
        "ListPersons": _rule(Reach.NAMED, _BODY, _ENROLLER, _ADMINISTRATOR),
        "GetPerson": _rule(Reach.NAMED, _BODY, _ENROLLER, _ADMINISTRATOR),
        "DeletePerson": _rule(Reach.NAMED, _BODY, _ENROLLER, _ADMINISTRATOR),
        "ExportCollection": _rule(Reach.NAMED, _BODY, _ADMINISTRATOR),
        "ImportCollection": _rule(Reach.NAMED, _BODY, _ADMINISTRATOR),
        "GetImport": _rule(Reach.NONE, _OTHER, _ADMINISTRATOR),
    },
    "sureface.insight.v1.InsightService": {
        "SummarizeCameras": _rule(Reach.WHOLE, _OTHER, _ADMINISTRATOR, _AUDITOR),
    },
    "sureface.investigation.v1.InvestigationService": {
        "Search": _rule(Reach.NAMED, _BODY, _INVESTIGATOR),
        "Compare": _rule(Reach.NAMED, _BODY, _INVESTIGATOR),
        "SubmitJob": _rule(Reach.NAMED, _BODY, _INVESTIGATOR),
        "GetJob": _rule(Reach.FOUND, _OTHER, _INVESTIGATOR, _ADMINISTRATOR, _AUDITOR),
        "ListJobs": _rule(Reach.FOUND, _OTHER, _INVESTIGATOR, _ADMINISTRATOR, _AUDITOR),
        "WatchJob": _rule(Reach.FOUND, _OTHER, _INVESTIGATOR, _ADMINISTRATOR, _AUDITOR),
        "CancelJob": _rule(Reach.FOUND, _BODY, _INVESTIGATOR, _ADMINISTRATOR),
        "OpenJobReviews": _rule(Reach.FOUND, _BODY, _INVESTIGATOR),
        "ListReviews": _rule(Reach.FOUND, _BODY, _INVESTIGATOR, _REVIEWER, _AUDITOR),
        "OpenReview": _rule(Reach.FOUND, _BODY, _REVIEWER),
        "OpenReviewCandidates": _rule(Reach.FOUND, _BODY, _REVIEWER),
        "SubmitReview": _rule(Reach.FOUND, _BODY, _REVIEWER),
        "GetCase": _rule(Reach.WHOLE, _BODY, _INVESTIGATOR, _AUDITOR),
    },
    "sureface.policy.v1.PolicyService": {
        "ListPolicies": _rule(Reach.NONE, _OTHER, *_STAFF),
        "GetPolicy": _rule(Reach.NAMED, _OTHER, *_STAFF),
        "ExplainDecision": _rule(Reach.NAMED, _OTHER, _INVESTIGATOR, _ADMINISTRATOR, _AUDITOR),
        "ListPolicyPeriods": _rule(Reach.NONE, _OTHER, _ADMINISTRATOR, _AUDITOR),
        "GetPolicyTable": _rule(Reach.NONE, _OTHER, _ADMINISTRATOR, _AUDITOR),
        "ListCalibrationPeriods": _rule(Reach.NONE, _OTHER, _ADMINISTRATOR, _AUDITOR),
        "GetCalibration": _rule(Reach.NONE, _OTHER, _ADMINISTRATOR, _AUDITOR),
        "SimulatePolicy": _rule(Reach.WHOLE, _OTHER, _ADMINISTRATOR, _AUDITOR),
    },
}

RULES: Mapping[str, Rule] = {
    f"/{service}/{name}": rule for service, calls in _CALLS.items() for name, rule in calls.items()
}
"""By the full name of a method, as gRPC has it."""


def may_call(roles: frozenset[Role], method: str) -> bool:
    """Whether one of the roles makes a call."""
    rule = RULES.get(method)
    return rule is not None and bool(rule.roles & roles)
