"""Protos and domain say the same things in the same words."""

import dataclasses
import importlib
from enum import Enum
from typing import Any

import pytest
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import MethodOptions

from faces.insight import Cause, Trend
from faces.parts import Part
from faces.policy import Policy, Verdict
from faces.quality import Band
from faces.review import Feature, Finding, Judgement, ReviewState
from faces.rules import Rule
from gateway.jobs.job import State as JobState
from meshkit.channels import MESSAGE_BYTES, options, service_config
from sureface.gallery.v1 import gallery_pb2
from sureface.insight.v1 import insight_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2
from sureface.type.v1 import decision_pb2, face_pb2

_PACKAGES = (
    "access",
    "analysis",
    "audit",
    "detector",
    "embedder",
    "enhancer",
    "enrollment",
    "gallery",
    "insight",
    "investigation",
    "policy",
)


def services() -> list[ServiceDescriptor]:
    """Every service of the mesh."""
    modules = [importlib.import_module(f"sureface.{name}.v1.{name}_pb2") for name in _PACKAGES]
    return [service for m in modules for service in m.DESCRIPTOR.services_by_name.values()]


@pytest.mark.parametrize(
    ("domain", "wire", "prefix"),
    [
        pytest.param(Rule, decision_pb2.Rule, "RULE_", id="Rule"),
        pytest.param(Verdict, decision_pb2.Verdict, "VERDICT_", id="Verdict"),
        pytest.param(Part, face_pb2.FacePart, "FACE_PART_", id="FacePart"),
        pytest.param(Band, face_pb2.QualityBand, "QUALITY_BAND_", id="QualityBand"),
        pytest.param(JobState, investigation_pb2.JobState, "JOB_STATE_", id="JobState"),
        pytest.param(ReviewState, investigation_pb2.ReviewState, "REVIEW_STATE_", id="ReviewState"),
        pytest.param(Cause, insight_pb2.Cause, "CAUSE_", id="Cause"),
        pytest.param(Trend, insight_pb2.Trend, "TREND_", id="Trend"),
        pytest.param(Judgement, investigation_pb2.Judgement, "JUDGEMENT_", id="Judgement"),
        pytest.param(Feature, investigation_pb2.FacialFeature, "FACIAL_FEATURE_", id="Feature"),
        pytest.param(Finding, investigation_pb2.Finding, "FINDING_", id="Finding"),
    ],
)
def test_enums_have_the_same_values(domain: type[Enum], wire: Any, prefix: str) -> None:
    """What can be meant can be sent, and the other way round."""
    published = set(wire.keys()) - {f"{prefix}UNSPECIFIED"}

    assert published == {prefix + value.name for value in domain}


def test_rules_are_published_in_the_order_in_which_they_are_tried() -> None:
    """The proto lists them as the gates go by; the number of a later one may be any."""
    listed = [value.name for value in decision_pb2.Rule.DESCRIPTOR.values]

    assert listed == ["RULE_UNSPECIFIED", *(f"RULE_{rule.name}" for rule in Rule)]


def test_a_policy_has_the_same_columns() -> None:
    """An operator reads in the API what stands in the file, in the same order."""
    published = [field.name for field in policy_pb2.Policy.DESCRIPTOR.fields]

    assert published == [field.name for field in dataclasses.fields(Policy)]


def test_only_calls_that_may_be_made_twice_are_retried() -> None:
    """The retry policy names the calls that the protos mark, and no other: but for streams."""
    marked = {
        (service.full_name, method.name)
        for service in services()
        for method in service.methods
        if method.GetOptions().idempotency_level != MethodOptions.IDEMPOTENCY_UNKNOWN
        and not method.server_streaming
    }
    config: Any = service_config(services())

    [entry] = config["methodConfig"]
    assert marked == {(name["service"], name["method"]) for name in entry["name"]}
    assert {"UNAVAILABLE"} == set(entry["retryPolicy"]["retryableStatusCodes"])
    assert marked < {(s.full_name, m.name) for s in services() for m in s.methods}


def test_writes_are_marked_where_replicas_share_their_answers() -> None:
    """Galleries do, by request id. Gateways do not: a review item is at one of them."""
    marked = {
        method.full_name
        for service in services()
        for method in service.methods
        if method.GetOptions().idempotency_level == MethodOptions.IDEMPOTENT
    }
    gallery = gallery_pb2.DESCRIPTOR.services_by_name["GalleryService"]
    assert marked == {
        method.full_name
        for method in gallery.methods
        if "request_id" in method.input_type.fields_by_name
    }


def test_a_service_that_only_writes_gets_no_retry() -> None:
    """Without marked calls there is nothing to retry."""
    config: Any = service_config([])

    assert [] == config["methodConfig"]


def test_the_largest_request_can_be_retried() -> None:
    """gRPC keeps a request for its retry only up to a size, which is the largest message's."""
    given = dict(options(services()))

    assert MESSAGE_BYTES == given["grpc.per_rpc_retry_buffer_size"]
