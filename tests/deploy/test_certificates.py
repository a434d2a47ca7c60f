"""TLS in manifests: who has which certificate, who can read its key, and whether it opens doors."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from client.certs.parties import Party
from services.gallery.app import open_app
from tests import galleries
from tests.certificates import PARTIES, House, ask
from tests.manifests import EVERYTHING, Resource, of_kind, our_workloads, workloads

EXAMPLE = "examples/mtls"
TLS = ("tls", "backends_tls", "redis_tls", "jobs_redis_tls")
"""Settings that name a folder of certificates."""


def certificates() -> dict[str, Resource]:
    """Specifications of the example's certificates, by name; its authority's is not among them."""
    found = {each["metadata"]["name"]: each["spec"] for each in of_kind(EXAMPLE, "Certificate")}
    return {name: spec for name, spec in found.items() if not spec.get("isCA")}


def party(name: str, spec: Resource) -> Party:
    """Who has such a certificate."""
    serves, calls = ("server auth" in spec["usages"], "client auth" in spec["usages"])
    hosts: list[str] = [*spec.get("dnsNames", []), *spec.get("ipAddresses", [])]
    found = Party(name=name, serves=serves, calls=calls, names=tuple(hosts[1:]))

    assert [found.uri] == spec["uris"]
    assert ([name] if serves else []) == hosts[:1]
    return found


@pytest.mark.parametrize("name", EVERYTHING)
def test_all_speak_tls_or_none(name: str) -> None:
    """Who is called with certificates calls with them, and is said to speak them by its service."""
    protocols = {
        each["metadata"]["name"]: each["spec"]["ports"][0].get("appProtocol")
        for each in of_kind(name, "Service")
    }
    configs = {each.name: each.config for each in our_workloads(name)}
    safe = {each for each, config in configs.items() if config.tls}

    assert safe in (set(), set(configs))
    for each, config in configs.items():
        assert getattr(config, "backends_tls", config.tls) == config.tls
        assert protocols[each] == ("https" if safe else "kubernetes.io/h2c")
        # A kubelet speaks none; with plain text, it asks where everybody does.
        assert bool(config.health_port) == bool(safe)
    # Otherwise it would not start.
    assert configs["gateway"].insecure or configs["gateway"].auth != "off"


@pytest.mark.parametrize("name", EVERYTHING)
def test_secrets_are_folders_that_nobody_else_reads(name: str) -> None:
    """The process gets in by its group; files of a folder follow when their Secret changes."""
    for workload in our_workloads(name):
        secrets = {
            each["name"]: each["secret"]
            for each in workload.pod.get("volumes", [])
            if "secret" in each
        }
        mounts = workload.container.get("volumeMounts", [])
        mounted = [each for each in mounts if each["name"] in secrets]

        assert all(each["readOnly"] and "subPath" not in each for each in mounted)
        assert secret_folders(workload.config) == {Path(each["mountPath"]) for each in mounted}
        assert {0o440} >= {each["defaultMode"] for each in secrets.values()}
        if secrets:
            secure = workload.pod["securityContext"]
            assert secure["runAsGroup"] == secure.get("fsGroup"), workload.name
        if workload.config.tls:
            assert f"{workload.name}-tls" in {each["secretName"] for each in secrets.values()}


def secret_folders(config: Any) -> set[Path]:
    """Where a process looks for what is secret."""
    folders = {getattr(config, field, None) for field in TLS}
    fields = ("keys", "sealing_keys", "template_keys", "audit_key")
    files = {getattr(config, field, None) for field in fields}
    # A gallery's `keys` are a method.
    folders |= {file.parent for file in files if isinstance(file, Path)}
    return {folder for folder in folders if folder}


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_policy_opens_the_port_for_probes(name: str) -> None:
    """It is for kubelets, which no policy keeps out of the pods of their node."""
    probed = {each.config.health_port for each in our_workloads(name)}
    for policy in of_kind(name, "NetworkPolicy"):
        for rule in policy["spec"].get("ingress", []):
            assert not probed & {port["port"] for port in rule["ports"]}


def test_everybody_has_the_certificate_that_the_code_expects() -> None:
    """As `sureface certs` makes them, for every process that runs and whoever looks after it."""
    issued = certificates()
    processes = {each.name for each in workloads(EXAMPLE)}

    assert processes | {"operator"} == set(issued)
    for name, spec in issued.items():
        assert f"{name}-tls" == spec["secretName"]
        found = party(name, spec)
        assert replace(PARTIES[name], names=found.names) == found
        assert set(PARTIES[name].names) <= set(found.names)
        assert bool(found.names) == (name in {"gateway", "redis"})


def test_the_gateway_has_the_names_that_it_is_called_by() -> None:
    """Clients check the host that they call: that of the page, and those of its service."""
    (service,) = (
        each["metadata"]
        for each in of_kind(EXAMPLE, "Service")
        if each["metadata"]["name"] == "gateway"
    )
    inside = f"{service['name']}.{service['namespace']}"

    assert {inside, f"{inside}.svc", f"{inside}.svc.cluster.local"} <= set(
        certificates()["gateway"]["dnsNames"]
    )


def test_certificates_come_from_one_authority_and_are_short_lived() -> None:
    """It is the mesh's own; who is renewed gets a new key, the authority keeps its own."""
    issuers = {each["metadata"]["name"]: each["spec"] for each in of_kind(EXAMPLE, "Issuer")}
    authority, *others = (
        each["spec"] for each in of_kind(EXAMPLE, "Certificate") if each["spec"].get("isCA")
    )

    assert [] == others
    assert {"selfSigned": {}} == issuers[authority["issuerRef"]["name"]]
    assert "Never" == authority["privateKey"]["rotationPolicy"]
    for spec in certificates().values():
        assert {"ca": {"secretName": authority["secretName"]}} == issuers[spec["issuerRef"]["name"]]
        assert "Always" == spec["privateKey"]["rotationPolicy"]
        assert 0 < hours(spec["renewBefore"]) < hours(spec["duration"]) <= 7 * 24


def hours(text: Any) -> int:
    """A duration as cert-manager takes it."""
    return int(text.removesuffix("h"))


@pytest.mark.parametrize(
    ("caller", "answer"),
    [("gateway", "OK"), ("worker", "OK"), ("operator", "OK"), ("detector", "UNAVAILABLE")],
)
async def test_these_certificates_open_a_gallery(tmp_path: Path, caller: str, answer: str) -> None:
    """To those who work with it, and to nobody else."""
    house, issued = House(tmp_path / "certs"), certificates()
    folders = {
        each: house.give(each, party=party(each, issued[each])) for each in ("gallery", caller)
    }
    settings = replace(galleries.config(tmp_path / "gallery.db"), tls=folders["gallery"])
    async with open_app(settings) as port:
        assert answer == (await ask(port, folders[caller]))[0]
