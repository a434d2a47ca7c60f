"""Replicas: who may come and go, how many at once, and what each of them is promised."""

import json

import pytest

from tests.manifests import EVERYTHING, ROOT, amount, of_kind, our_workloads, workloads

MEASURED = {
    row["metric"]: row["reached"]
    for file in ("mesh", "gallery")
    for row in json.loads((ROOT / "bench" / "results" / f"{file}.json").read_text("utf-8"))
}
MIB = 2**20
PHOTO_BYTES = 20 * MIB
PIXEL_BYTES = 12
"""Of a picture while it is decoded (services/detector/config.py)."""


@pytest.mark.parametrize("name", EVERYTHING)
def test_autoscalers_have_something_to_scale_and_to_go_by(name: str) -> None:
    """The target is there, asks for CPU, and leaves the number to its autoscaler.

    Who answers calls is never alone, and goes by CPU, too; workers have a test of their own.
    """
    targets = {(each.resource["kind"], each.name): each for each in workloads(name)}
    for autoscaler in of_kind(name, "HorizontalPodAutoscaler"):
        spec = autoscaler["spec"]
        target = targets[spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]]

        assert autoscaler["metadata"]["name"] == target.name
        assert target.container["resources"]["requests"]["cpu"]
        assert "replicas" not in target.resource["spec"]
        if target.name != "worker":
            assert 2 <= spec["minReplicas"] <= spec["maxReplicas"]
            assert "cpu" in {each.get("resource", {}).get("name") for each in spec["metrics"]}


@pytest.mark.parametrize("name", EVERYTHING)
def test_everybody_may_be_moved_and_never_all_at_once(name: str) -> None:
    """A node can be drained; of replicas, one remains."""
    budgets = {
        each["metadata"]["name"]: each["spec"] for each in of_kind(name, "PodDisruptionBudget")
    }
    least = {
        each["metadata"]["name"]: each["spec"]["minReplicas"]
        for each in of_kind(name, "HorizontalPodAutoscaler")
    }
    for workload in workloads(name):
        replicas = least.get(workload.name, workload.resource["spec"].get("replicas", 1))
        away = budgets[workload.name]["maxUnavailable"]

        assert {"matchLabels"} == set(budgets[workload.name]["selector"])
        assert 1 <= away <= max(1, replicas - 1)


@pytest.mark.parametrize("name", EVERYTHING)
def test_whoever_has_files_of_their_own_is_one_or_has_a_volume_each(name: str) -> None:
    """A gateway knows its own reviews only; a gallery with a file is alone with it."""
    scaled = {each["metadata"]["name"] for each in of_kind(name, "HorizontalPodAutoscaler")}
    for workload in our_workloads(name):
        if workload.name == "gateway" or getattr(workload.config, "path", None):
            assert workload.name not in scaled
            assert 1 == workload.resource["spec"]["replicas"]
        elif workload.resource["kind"] == "StatefulSet":
            assert workload.resource["spec"]["volumeClaimTemplates"]


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_volume_is_kept_unless_it_holds_copies_only(name: str) -> None:
    """Copies of indexes that nobody looks after would keep who was erased; all else is kept."""
    for workload in workloads(name):
        policy = workload.resource["spec"].get("persistentVolumeClaimRetentionPolicy", {})
        copies_only = workload.ours and bool(getattr(workload.config, "redis_url", ""))

        assert policy.get("whenScaled", "Retain") == ("Delete" if copies_only else "Retain")
        assert "Retain" == policy.get("whenDeleted", "Retain")


@pytest.mark.parametrize("name", EVERYTHING)
def test_memory_is_what_was_measured_and_more(name: str) -> None:
    """A request covers what a process was seen to hold, a limit the worst that it lets in."""
    for workload in our_workloads(name):
        resources, config = workload.container["resources"], workload.config
        request, limit = (amount(resources[each]["memory"]) for each in ("requests", "limits"))
        key = f"{workload.name}: resident memory after 200 identifications"
        held = MEASURED.get(key, 0) * MIB

        worst = held
        if workload.name == "detector":
            worst += config.max_pixels * PIXEL_BYTES + config.max_calls * PHOTO_BYTES
        if workload.name == "gallery":
            worst = MEASURED["1M: resident memory in a rebuild, at most"] * MIB
        assert held <= request <= limit, workload.name
        assert worst <= limit, workload.name


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_slow_start_is_no_failure(name: str) -> None:
    """Ten times what a start was measured to take."""
    slow = {
        "gallery": MEASURED["1M: start to SERVING, no snapshot: all is built anew"],
    }
    for workload in our_workloads(name):
        probe = workload.container["startupProbe"]
        start_s = slow.get(workload.name, MEASURED["Whole mesh: start to serving, median"])

        assert probe["periodSeconds"] * probe["failureThreshold"] >= 10 * start_s


@pytest.mark.parametrize("name", EVERYTHING)
def test_replicas_are_spread_and_replaced_one_by_one(name: str) -> None:
    """Over zones and nodes, where there are several; the next one after names got around."""
    for workload in our_workloads(name):
        spread = workload.pod["topologySpreadConstraints"]

        assert {"topology.kubernetes.io/zone", "kubernetes.io/hostname"} == {
            each["topologyKey"] for each in spread
        }
        assert workload.resource["spec"]["minReadySeconds"] >= 10


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_new_replica_that_keeps_nothing_is_seen_within_seconds(name: str) -> None:
    """Its callers, who find it by name, look for it when a connection is renewed."""
    for workload in our_workloads(name):
        if workload.resource["kind"] == "Deployment":
            assert workload.config.connection_age_s <= 15, workload.name
