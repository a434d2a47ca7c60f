"""Redis with TLS in manifests: it asks for certificates, and what is run beside it works."""

import asyncio
import os
import signal
import ssl
import subprocess
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from meshkit.tls.folder import Folder
from tests.certificates import House
from tests.manifests import EVERYTHING, Workload, of_kind, our_workloads, workloads
from tests.mirrors import Mirror
from tests.redises import store_at
from tests.redises_tls import TlsServer, require_tls
from tests.stores import adding, creating, fresh

EXAMPLE = "examples/mtls"
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


def redis_of(name: str) -> list[Workload]:
    """The Redis of an overlay, if it has one."""
    return [each for each in workloads(name) if each.name == "redis"]


def settings(container: dict[str, Any]) -> dict[str, str]:
    """What Redis is told behind its file."""
    words = container.get("args", [])
    pairs = zip(words[::2], words[1::2], strict=True)
    return {key.removeprefix("--"): value for key, value in pairs}


@pytest.mark.parametrize("name", EVERYTHING)
def test_redis_speaks_tls_where_everybody_does(name: str) -> None:
    """On the port that everybody knows, with those who show a certificate, and with nobody else."""
    services = {each["metadata"]["name"]: each["spec"] for each in of_kind(name, "Service")}
    for found in redis_of(name):
        given = settings(found.container)
        port = services["redis"]["ports"][0]["port"]
        safe = any(each.config.tls for each in our_workloads(name))
        wanted = {"port": "0", "tls-port": str(port), "tls-auth-clients": "yes"}

        assert (wanted.items() if safe else set()) <= given.items()
        assert bool(given) == bool(found.variables.get("REDISCLI_TLS")) == safe


def test_who_renews_has_no_more_rights_than_redis() -> None:
    """And the same files. It ends with Redis, not before."""
    (found,) = redis_of(EXAMPLE)
    (beside,) = found.pod["initContainers"]
    own = found.container
    certs = [each for each in own["volumeMounts"] if each["name"] == "certs"]

    assert "Always" == beside["restartPolicy"]
    assert certs == beside["volumeMounts"]
    assert own["image"] == beside["image"]
    assert own["securityContext"] == beside["securityContext"]
    assert all(row in own["env"] for row in beside["env"])
    assert beside["resources"]["limits"]


class Pod:
    """The commands of the example's Redis, run here: with other folders, another port, and soon."""

    def __init__(self, server: TlsServer, certs: Path) -> None:
        (self._found,) = redis_of(EXAMPLE)
        self._server = server
        self._certs = certs
        given = self._found.variables
        self._password = given["REDISCLI_AUTH"]
        flags = f"-p {server.port} {self._here(given['REDISCLI_TLS'])}"
        self._env = {**given, "PATH": os.environ["PATH"], "REDISCLI_TLS": flags}

    def _here(self, word: str) -> str:
        return word.replace("/certs", str(self._certs)).replace("6379", str(self._server.port))

    @property
    def url(self) -> str:
        """As in the Secret."""
        return self._server.url.replace("://", f"://:{self._password}@")

    def start(self) -> None:
        """Start Redis with what its container adds."""
        added = map(self._here, self._found.container["args"])
        self._server.start("--requirepass", self._password, *added)

    def well(self) -> bool:
        """Whether all probes say so."""
        commands = [self._found.container[each]["exec"]["command"] for each in PROBES]
        ended = [subprocess.run(each, env=self._env, check=False) for each in commands]
        return not any(each.returncode for each in ended)

    async def renewing(self) -> Process:
        """Start what runs beside it."""
        (beside,) = self._found.pod["initContainers"]
        words = [self._here(each).replace("sleep 60", "sleep 0.1") for each in beside["command"]]
        return await asyncio.create_subprocess_exec(*words, env=self._env, stdout=PIPE)


async def shown(port: int, by: Path) -> int:
    """The number of the certificate that a server shows."""
    context = Folder(by, own=True, authorities=True).context()
    _, writer = await asyncio.open_connection("localhost", port, ssl=context)
    secure: ssl.SSLObject = writer.get_extra_info("ssl_object")
    der = secure.getpeercert(binary_form=True)
    writer.close()
    assert der
    return x509.load_der_x509_certificate(der).serial_number


def number(folder: Path) -> int:
    """The number of the certificate in a folder."""
    return x509.load_pem_x509_certificate((folder / "tls.crt").read_bytes()).serial_number


async def test_what_is_run_in_the_pod_works(tmp_path: Path) -> None:
    """Redis starts and is well, galleries reach it, and it shows a renewed certificate."""
    require_tls()
    (tmp_path / "data").mkdir()
    house = House(tmp_path / "certs")
    certs, own = house.give("redis"), house.give("gallery")
    server = TlsServer(tmp_path / "data")
    pod = Pod(server, certs)
    pod.start()
    renewing = await pod.renewing()
    try:
        before, well = await shown(server.port, own), await asyncio.to_thread(pod.well)
        renewed = number(house.give("redis"))
        async with asyncio.timeout(60):
            while (after := await shown(server.port, own)) == before:
                pass
        async with store_at(pod.url, Mirror(), tls=own) as store:
            await store.write(fresh("create"), creating())
            await store.write(fresh("add"), adding("ada"))
    finally:
        renewing.terminate()
        said, _ = await renewing.communicate()
        server.kill()

    assert well
    assert renewed == after
    # It says nothing of each success, and heeds a signal, which a first process may overlook.
    assert b"OK" not in said
    assert -signal.SIGTERM != renewing.returncode


def test_probes_notice_a_redis_that_is_away(tmp_path: Path) -> None:
    """They fail where nobody answers."""
    certs = House(tmp_path / "certs").give("redis")

    assert not Pod(TlsServer(tmp_path), certs).well()
