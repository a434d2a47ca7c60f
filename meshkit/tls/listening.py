"""The server's side: which port speaks TLS, and with which certificate."""

from pathlib import Path

import grpc
import grpc.aio

from meshkit.config import ConfigError, ServerConfig
from meshkit.tls.folder import Certificates, Folder
from meshkit.tls.loopback import is_loopback


def listen(server: grpc.aio.Server, config: ServerConfig, *, demands: bool) -> int:
    """Give a server its port: TLS if there are certificates, plain text if that is allowed.

    Args:
        server: Not started yet.
        config: Where, with which certificates, and whether plain text is allowed.
        demands: Whether callers must show a certificate. gRPC for Python can demand one or not
            ask for it; a certificate that callers may choose to show is never seen.

    Returns:
        The port.

    Raises:
        ConfigError: Certificates cannot be used, plain text is not allowed, or nobody can
            listen there.
    """
    address = f"{config.host}:{config.port}"
    if config.tls is None:
        _require_plain(config)
    try:
        if config.tls is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, credentials(config.tls, demands=demands))
    except RuntimeError as error:
        raise ConfigError(f"cannot listen on {address}: {error}") from None


def _require_plain(config: ServerConfig) -> None:
    if not (config.insecure or is_loopback(config.host)):
        raise ConfigError(
            f"host {config.host} can be reached from other machines, and there is no TLS: set TLS "
            "to a folder of certificates, HOST to 127.0.0.1, or INSECURE to true"
        )


def credentials(path: Path, *, demands: bool) -> grpc.ServerCredentials:
    """Credentials that look at their files whenever somebody connects.

    Connections that stand keep what they began with, for as long as the server lets them live.

    Raises:
        ConfigError: The files cannot be used.
    """

    def settings(held: Certificates) -> grpc.ServerCertificateConfiguration:
        return grpc.ssl_server_certificate_configuration(
            [(held.key, held.chain)], root_certificates=held.authorities if demands else None
        )

    folder = Folder(path, own=True, authorities=demands)
    taken = folder.held()

    def changed() -> grpc.ServerCertificateConfiguration | None:
        nonlocal taken
        held = folder.held()
        if held == taken:
            return None
        taken = held
        return settings(held)

    return grpc.dynamic_ssl_server_credentials(
        settings(taken),
        changed,  # type: ignore[arg-type]  # None for no change, as its documentation says
        require_client_authentication=demands,
    )
