"""Who can reach whom: selectors, names, and policies that allow what the code calls."""

import dataclasses
from typing import Any
from urllib.parse import urlsplit

import pytest

from meshkit.config import ServerConfig
from meshkit.telemetry.switching import wanted
from tests.manifests import CONFIGS, EVERYTHING, NAME, of_kind, our_workloads, selects, workloads

REDIS_PORT, MILVUS_PORT, DNS_PORT = 6379, 19530, 53
PORTS = {
    **{name: config.__dataclass_fields__["port"].default for name, config in CONFIGS.items()},
    "redis": REDIS_PORT,
}

pytestmark = pytest.mark.parametrize("name", EVERYTHING)


def called(config: type[ServerConfig]) -> set[str]:
    """Services whose address a process can be told."""
    return {field.name for field in dataclasses.fields(config)} & set(CONFIGS)


def may_use_redis(config: type[ServerConfig]) -> bool:
    """Whether a process can be told of a Redis."""
    return bool({field.name for field in dataclasses.fields(config)} & {"redis_url", "jobs_redis"})


def uses_redis(config: Any) -> bool:
    """Whether it was told of one."""
    return bool(getattr(config, "redis_url", "") or getattr(config, "jobs_redis", ""))


def policies(name: str) -> dict[str, dict[str, Any]]:
    """Specifications of all network policies, by name."""
    return {each["metadata"]["name"]: each["spec"] for each in of_kind(name, "NetworkPolicy")}


def peers(rules: list[dict[str, Any]], side: str) -> set[tuple[str, int]]:
    """Processes that rules name, with the port."""
    return {
        (peer["podSelector"]["matchLabels"][NAME], port["port"])
        for rule in rules
        for peer in rule.get(side, [])
        if "podSelector" in peer
        for port in rule["ports"]
    }


def test_selectors_select_the_pods_of_their_name(name: str) -> None:
    """And nobody else's."""
    pods = {each.name: each.labels for each in workloads(name)}
    rows = [
        (each["metadata"]["name"], selector)
        for kind, where in (
            ("Deployment", "selector"),
            ("StatefulSet", "selector"),
            ("PodDisruptionBudget", "selector"),
            ("NetworkPolicy", "podSelector"),
        )
        for each in of_kind(name, kind)
        if (selector := each["spec"][where].get("matchLabels"))
    ]
    rows += [
        (each["metadata"]["name"], each["spec"]["selector"]) for each in of_kind(name, "Service")
    ]
    rows += [
        (each.name, constraint["labelSelector"]["matchLabels"])
        for each in our_workloads(name)
        for constraint in each.pod["topologySpreadConstraints"]
    ]

    assert len(rows) >= 5 * len(pods)
    for target, selector in rows:
        assert [target] == [each for each, labels in pods.items() if selects(selector, labels)]


def test_accounts_and_governing_services_are_there(name: str) -> None:
    """Each workload has an account and a service of its name."""
    for kind in ("ServiceAccount", "Service", "NetworkPolicy", "PodDisruptionBudget"):
        names = {each["metadata"]["name"] for each in of_kind(name, kind)}

        assert {each.name for each in workloads(name)} <= names, kind
    for workload in workloads(name):
        assert workload.resource["spec"].get("serviceName", workload.name) == workload.name


def test_addresses_lead_to_a_service(name: str) -> None:
    """Every process that is called is there, on that port, and is balanced by name."""
    there = {each.name for each in workloads(name)}
    for workload in our_workloads(name):
        for target in called(CONFIGS[workload.name]):
            address = getattr(workload.config, target)

            assert target in there
            assert f"dns:///{target}:{PORTS[target]}" == address


def test_who_is_let_in_is_who_calls(name: str) -> None:
    """Callers by the code: whose configuration has the address."""
    found = policies(name)
    for workload in our_workloads(name):
        callers = {each for each, config in CONFIGS.items() if workload.name in called(config)}
        port = PORTS[workload.name]

        assert {(each, port) for each in callers} == peers(
            found[workload.name]["ingress"], "from"
        ), workload.name


def test_redis_lets_in_who_keeps_things_there(name: str) -> None:
    """Galleries, and whoever has to do with jobs."""
    users = {each for each, config in CONFIGS.items() if may_use_redis(config)}
    found = policies(name)
    if "redis" in found:
        assert {(each, REDIS_PORT) for each in users} == peers(found["redis"]["ingress"], "from")
    assert ("redis" in found) == any(uses_redis(each.config) for each in our_workloads(name))


def test_nobody_gets_out_but_to_whom_they_call(name: str) -> None:
    """Whoever calls somebody may ask for names; everybody else may not even do that."""
    found = policies(name)
    for workload in our_workloads(name):
        config, rules = workload.config, found[workload.name]["egress"]
        targets = called(CONFIGS[workload.name]) | ({"redis"} if uses_redis(config) else set())
        anywhere = {port["port"] for rule in rules if "to" not in rule for port in rule["ports"]}
        milvus = {MILVUS_PORT} if getattr(config, "milvus_uri", "") else set()

        assert {(each, PORTS[each]) for each in targets} == peers(rules, "to"), workload.name
        named = targets or milvus or workload.traces
        assert ({DNS_PORT} if named else set()) | milvus == anywhere, workload.name


def test_traces_go_where_they_are_let_out_to(name: str) -> None:
    """Every process of ours is told of the collector, or none; the way there is open to those."""
    found, ours = policies(name), our_workloads(name)
    assert 1 == len({bool(workload.traces) for workload in ours})
    for workload in ours:
        ways = {
            port["port"]
            for rule in found[workload.name]["egress"]
            for peer in rule.get("to", [])
            if peer.get("namespaceSelector") == {"matchLabels": {"sureface.dev/collects": "traces"}}
            for port in rule["ports"]
        }
        endpoint = workload.traces.get("OTEL_EXPORTER_OTLP_ENDPOINT")

        assert ({urlsplit(endpoint).port} if endpoint else set()) == ways, workload.name
        assert bool(endpoint) == wanted(workload.traces)


def test_what_no_policy_allows_is_refused(name: str) -> None:
    """There is a policy for all pods that allows nothing, and no rule lets in everybody."""
    found = policies(name)

    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} == found["nobody"]
    for spec in found.values():
        assert {"Ingress", "Egress"} == set(spec["policyTypes"])
        for rule in spec.get("ingress", []):
            assert rule["ports"]
            assert all(
                selector.get("matchLabels") for peer in rule["from"] for selector in peer.values()
            )


def test_prometheus_finds_what_it_is_pointed_at(name: str) -> None:
    """The port has a name in every pod of ours; who scrapes is let in to it."""
    found = policies(name)
    for monitor in of_kind(name, "PodMonitor"):
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        assert set(CONFIGS) >= {each.name for each in our_workloads(name)}
        for workload in our_workloads(name):
            assert selects(monitor["spec"]["selector"]["matchLabels"], workload.labels)
            assert endpoint["port"] in {each["name"] for each in workload.container["ports"]}
    for workload in our_workloads(name):
        scraped = [
            port["port"]
            for rule in found[workload.name]["ingress"]
            for peer in rule["from"]
            if "sureface.dev/scrapes" in peer.get("namespaceSelector", {}).get("matchLabels", {})
            for port in rule["ports"]
        ]
        assert [workload.config.metrics_port] == scraped
