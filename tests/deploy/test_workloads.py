"""Pods start as their processes expect: variables, ports, probes, time to end, no rights."""

from pathlib import PurePosixPath

import pytest

from meshkit.redis_server import PROMISES
from tests.manifests import (
    EVERYTHING,
    K8S,
    PART_OF,
    ROOT,
    of_kind,
    our_workloads,
    rendered,
    workloads,
)

KINDS = {
    "Certificate": "cert-manager.io/v1",
    "ConfigMap": "v1",
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Issuer": "cert-manager.io/v1",
    "Namespace": "v1",
    "NetworkPolicy": "networking.k8s.io/v1",
    "PersistentVolumeClaim": "v1",
    "PodDisruptionBudget": "policy/v1",
    "PodMonitor": "monitoring.coreos.com/v1",
    "Service": "v1",
    "ServiceAccount": "v1",
    "StatefulSet": "apps/v1",
}
"""A Secret is not among them: secrets are referred to. There is no schema here of what is not
Kubernetes' own: PodMonitor, Certificate, Issuer."""

pytestmark = pytest.mark.parametrize("name", EVERYTHING)


def test_only_what_is_known_is_applied_and_once(name: str) -> None:
    """A kind that is misspelt would pass as somebody's own; a name that repeats would be lost."""
    resources = rendered(name)

    assert {each["kind"]: each["apiVersion"] for each in resources}.items() <= KINDS.items()
    names = [(each["kind"], each["metadata"]["name"]) for each in resources]
    assert sorted(set(names)) == sorted(names)
    assert {"sureface"} == {
        each["metadata"].get("namespace", each["metadata"]["name"]) for each in resources
    }


def test_environment_is_what_the_process_reads(name: str) -> None:
    """Every variable is a field of Config, and its values are taken."""
    for workload in our_workloads(name):
        prefix = f"{workload.name.upper()}_"

        assert all(key.startswith(prefix) for key in workload.variables)
        assert workload.config.insecure == (workload.config.tls is None)
        # Otherwise Kubernetes would set variables with our prefix.
        assert workload.pod["enableServiceLinks"] is False


def test_ports_and_probes_are_those_of_the_code(name: str) -> None:
    """Kubelets, callers and Prometheus come where the process listens."""
    services = {each["metadata"]["name"]: each["spec"] for each in of_kind(name, "Service")}
    for workload in our_workloads(name):
        config, container = workload.config, workload.container
        port, health = config.port, config.health_port

        ports = {each["name"]: each["containerPort"] for each in container["ports"]}
        asked = {"health": health} if health else {}
        assert {"grpc": port, "metrics": config.metrics_port, **asked} == ports
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert {"port": health or port} == container[probe]["grpc"], (workload.name, probe)
        (offered,) = services[workload.name]["ports"]
        assert (port, "grpc") == (offered["port"], offered["targetPort"])
        assert "None" == services[workload.name]["clusterIP"]


def test_a_pod_may_take_as_long_to_end_as_its_process(name: str) -> None:
    """Nobody is killed who still answers."""
    for workload in our_workloads(name):
        grace_s = workload.pod["terminationGracePeriodSeconds"]

        assert grace_s > workload.config.drain_s + workload.config.grace_s, workload.name


def test_whoever_hangs_is_found_later_than_whoever_is_busy(name: str) -> None:
    """A restart is for a process that is lost; readiness is quicker."""
    for workload in our_workloads(name):
        live, ready = workload.container["livenessProbe"], workload.container["readinessProbe"]

        assert live["periodSeconds"] * live["failureThreshold"] >= 60
        assert ready["periodSeconds"] * ready["failureThreshold"] <= 15


def test_pods_have_no_rights(name: str) -> None:
    """As the restricted profile of Kubernetes asks, without a token, on a read-only system."""
    for workload in workloads(name):
        pod, secure = workload.pod, workload.container["securityContext"]

        assert (True, 10001) == (
            pod["securityContext"]["runAsNonRoot"],
            pod["securityContext"]["runAsUser"],
        )
        assert {"type": "RuntimeDefault"} == pod["securityContext"]["seccompProfile"]
        assert {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        } == secure
        assert (workload.name, False) == (
            pod["serviceAccountName"],
            pod["automountServiceAccountToken"],
        )


def test_what_a_process_writes_is_on_a_volume(name: str) -> None:
    """Everything else is read only; and what a job searches stays as it is."""
    for workload in our_workloads(name):
        config, mounts = workload.config, workload.container.get("volumeMounts", [])
        writable = {each["mountPath"] for each in mounts if not each.get("readOnly")}
        fields = ["data", "path", "snapshots", "jobs"]
        read = ["media"]
        (fields if workload.name == "worker" else read).append("output")
        for path in filter(None, (getattr(config, field, None) for field in fields)):
            assert {str(each) for each in [path, *PurePosixPath(path).parents]} & writable, path
        for path in filter(None, (getattr(config, field, None) for field in read)):
            (mount,) = (each for each in mounts if each["mountPath"] == str(path))
            assert mount["readOnly"]


def test_claims_are_there(name: str) -> None:
    """Every volume that is mounted is claimed, and every claim is mounted."""
    claims = {each["metadata"]["name"] for each in of_kind(name, "PersistentVolumeClaim")}
    maps = {each["metadata"]["name"] for each in of_kind(name, "ConfigMap")}
    used = set()
    for workload in workloads(name):
        templates = workload.resource["spec"].get("volumeClaimTemplates", [])
        volumes = {each["name"]: each for each in workload.pod.get("volumes", [])}
        mounted = {each["name"] for each in workload.container.get("volumeMounts", [])}
        assert {each["metadata"]["name"] for each in templates} | set(volumes) == mounted
        used |= {
            each["persistentVolumeClaim"]["claimName"]
            for each in volumes.values()
            if "persistentVolumeClaim" in each
        }
        assert {
            each["configMap"]["name"] for each in volumes.values() if "configMap" in each
        } <= maps

    assert claims == used


def test_everything_is_of_sureface(name: str) -> None:
    """Who looks for all of it by its label finds it."""
    for workload in workloads(name):
        assert "sureface" == workload.labels[PART_OF]


def test_redis_promises_what_is_asked_of_it(name: str) -> None:
    """Galleries and jobs refuse a Redis that may lose what it acknowledged."""
    maps = [each["data"] for each in of_kind(name, "ConfigMap")]
    files = [data["redis.conf"] for data in maps if "redis.conf" in data]
    assert bool(files) == any(workload.name == "redis" for workload in workloads(name))
    for text in files:
        settings = dict(
            line.split(" ", 1) for line in text.splitlines() if not line.startswith("#")
        )
        assert PROMISES.items() <= settings.items()


def test_the_page_names_it(name: str) -> None:
    """docs/operations.md tells of every overlay and of every component that an example uses."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    kustomization = (K8S / name / "kustomization.yaml").read_text(encoding="utf-8")

    assert f"`{name}`" in page
    for line in kustomization.splitlines():
        if "/components/" in line:
            assert f"`{line.rpartition('../')[2]}`" in page
