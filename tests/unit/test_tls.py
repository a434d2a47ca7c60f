"""Names, tables and addresses of transport security."""

import re
from pathlib import Path
from typing import Any

import pytest

from client.up.plan import SERVICES as PROCESSES
from meshkit.config import ServerConfig, load
from meshkit.tls.callers import CALLERS, NAMES, may_call, name_of
from meshkit.tls.loopback import is_loopback, stays_here
from tests.certificates import PARTIES

PROTOS = Path(__file__).parents[2] / "protos"
EVERY_SERVICE = {
    f"{package}.{name}"
    for text in (file.read_text() for file in PROTOS.rglob("*.proto"))
    for [package] in [re.findall(r"^package (.+);$", text, re.MULTILINE)]
    for name in re.findall(r"^service (\w+) {$", text, re.MULTILINE)
}
PUBLIC = {
    f"sureface.{area}.v1.{area.capitalize()}Service"
    for area in ("access", "analysis", "audit", "enrollment", "insight", "investigation", "policy")
}


class Shown:
    """A call whose caller showed a certificate with these names."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def auth_context(self) -> dict[str, list[bytes]]:
        return {"peer_uri": [name.encode() for name in self._names]} if self._names else {}


def test_the_table_names_every_service() -> None:
    """One that is added without a row is called by nobody, and found here."""
    assert EVERY_SERVICE == CALLERS.keys()


def test_only_the_public_api_is_for_anybody() -> None:
    """What is behind the gateway is for those who are named."""
    assert PUBLIC == {service for service in CALLERS if may_call(service, "")}


def test_who_is_named_has_a_certificate() -> None:
    """Everybody in the table gets one that may be shown to servers."""
    named = {caller for callers in CALLERS.values() for caller in callers or ()}

    assert set() == {name for name in named if not PARTIES[name].calls}


def test_every_process_has_a_certificate() -> None:
    """Each service that runs can listen with one."""
    listening = {name for name, party in PARTIES.items() if party.serves}

    assert PROCESSES.keys() | {"redis"} == listening


def test_an_unknown_service_is_called_by_nobody() -> None:
    """Not even by the gateway."""
    assert not may_call("sureface.new.v1.NewService", "gateway")


@pytest.mark.parametrize(
    ("names", "caller"),
    [
        pytest.param([f"{NAMES}gateway"], "gateway", id="one of ours"),
        pytest.param([], "", id="none"),
        pytest.param(["spiffe://others/gateway"], "", id="of others"),
        pytest.param([f"{NAMES}gateway", f"{NAMES}worker"], "", id="two"),
        pytest.param([f"x{NAMES}gateway"], "", id="not at its beginning"),
    ],
)
def test_a_caller_has_one_name_or_none(names: list[str], caller: str) -> None:
    """Who could be several is nobody."""
    context: Any = Shown(*names)

    assert caller == name_of(context)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("[::1]", True),
        ("localhost", True),
        ("[::]", False),
        ("0.0.0.0", False),  # noqa: S104  # nobody binds to it
        ("10.0.0.1", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    """Only what no other machine can reach."""
    assert expected == is_loopback(host)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("127.0.0.1:50053", True),
        ("localhost:50053", True),
        ("[::1]:50053", True),
        ("dns:///localhost:50053", True),
        ("dns:localhost:50053", True),
        ("dns://10.0.0.53/localhost:50053", True),
        ("ipv4:127.0.0.1:1,127.0.0.2:2", True),
        ("ipv6:[::1]:1", True),
        ("unix:/run/embedder", True),
        ("embedder:50053", False),
        ("dns:///embedder.sureface:50053", False),
        ("ipv4:127.0.0.1:1,10.0.0.1:2", False),
        ("10.0.0.1", False),
    ],
)
def test_targets_that_stay_here(target: str, expected: bool) -> None:
    """Every address of a target must be loopback."""
    assert expected == stays_here(target)


def test_plain_text_is_nobodys_default() -> None:
    """Neither other machines nor probes are answered in it unless somebody says so."""
    config = load(ServerConfig, {"X_PORT": "1"}, prefix="X_")

    assert (False, 0) == (config.insecure, config.health_port)
