"""Replicas by what is measured: what the Prometheus adapter tells, and who goes by it."""

from collections.abc import Mapping
from typing import Any

import yaml

from gateway.jobs.metrics import WAITING
from gateway.worker.config import Config as WorkerConfig
from meshkit.metrics import QUEUE_SECONDS
from tests.manifests import EVERYTHING, K8S, Resource, of_kind, workloads

EXAMPLE = "examples/measured"
RULES: Mapping[str, Any] = {
    rule["name"]["as"]: rule
    for rule in yaml.safe_load(
        (K8S / "components" / "queue-time" / "prometheus-adapter.yaml").read_text("utf-8")
    )["rules"]
}


def autoscalers(name: str) -> Mapping[str, Resource]:
    """Specifications of all autoscalers, by name."""
    return {
        each["metadata"]["name"]: each["spec"] for each in of_kind(name, "HorizontalPodAutoscaler")
    }


def asked(spec: Resource) -> set[str]:
    """Metrics of ours that an autoscaler goes by."""
    found = [each[each["type"].lower()] for each in spec["metrics"]]
    return {each["metric"]["name"] for each in found if "metric" in each}


def test_the_adapter_tells_what_autoscalers_ask() -> None:
    """The example reads metrics that the code has, and names them as the autoscalers do."""
    ((queued,), (waiting,)) = QUEUE_SECONDS.collect(), WAITING.collect()
    queue_time, tasks = RULES["batcher_queue_mean_seconds"], RULES[waiting.name]

    assert RULES.keys() == set().union(*map(asked, autoscalers(EXAMPLE).values()))
    assert queue_time["seriesQuery"].startswith(f"{queued.name}_sum{{")
    assert f"{queued.name}_sum{{" in queue_time["metricsQuery"]
    assert f"{queued.name}_count{{" in queue_time["metricsQuery"]
    assert tasks["seriesQuery"].startswith(f"{waiting.name}{{")
    assert f"({waiting.name}{{" in tasks["metricsQuery"]


def test_what_is_unknown_stops_no_worker() -> None:
    """The adapter takes what is not a number for 0: it must not get to see it."""
    assert "} >= 0)" in RULES[WAITING._name]["metricsQuery"]


def test_workers_go_by_what_waits_for_them_and_others_by_their_queues() -> None:
    """Workers have no queues, and are busy whether much waits or little."""
    told = {name: asked(spec) for name, spec in autoscalers(EXAMPLE).items()}

    assert {"gateway_job_tasks_waiting"} == told.pop("worker")
    assert {"detector", "embedder", "gallery"} <= told.keys()
    assert {frozenset({"batcher_queue_mean_seconds"})} == set(map(frozenset, told.values()))


def test_the_pod_that_counts_is_there() -> None:
    """The first and only one of the gateway."""
    [metric] = autoscalers(EXAMPLE)["worker"]["metrics"]
    [gateway] = [each for each in workloads(EXAMPLE) if each.name == "gateway"]
    described = metric["object"]["describedObject"]

    assert ("StatefulSet", 1) == (gateway.resource["kind"], gateway.resource["spec"]["replicas"])
    assert ("v1", "Pod", "gateway-0") == tuple(
        described[key] for key in ("apiVersion", "kind", "name")
    )
    assert "AverageValue" == metric["object"]["target"]["type"]


def test_workers_leave_one_by_one_and_late() -> None:
    """What they had is done again by others: rarely, and never so often that a job is given up."""
    spec = autoscalers(EXAMPLE)["worker"]
    down = spec["behavior"]["scaleDown"]

    assert [1] == [policy["value"] for policy in down["policies"] if policy["type"] == "Pods"]
    assert 1 == len(down["policies"])
    assert down["stabilizationWindowSeconds"] >= 600  # ten minutes
    assert 1 <= spec["minReplicas"] <= spec["maxReplicas"]
    assert spec["maxReplicas"] < WorkerConfig.__dataclass_fields__["attempts"].default


def test_workers_are_scaled_for_those_only_who_ask_for_it() -> None:
    """Elsewhere there are as many as an operator says."""
    scaled = {name for name in EVERYTHING if "worker" in autoscalers(name)}

    assert {EXAMPLE} == scaled
