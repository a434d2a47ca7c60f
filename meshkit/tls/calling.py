"""The caller's side: channels that verify whom they reach, and show who they are."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import grpc
import grpc.aio

from meshkit.config import ConfigError
from meshkit.telemetry.calling import tracing_calls
from meshkit.tls.folder import Certificates, Folder
from meshkit.tls.loopback import stays_here
from meshkit.tls.renewing import Renewing

Options = Sequence[tuple[str, int | str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How a connection is made safe."""

    folder: Path
    """With `ca.crt`, from one of which the server's certificate must come; and with `tls.crt`
    and `tls.key` if the server demands a certificate."""

    name: str = ""
    """Which name the server's certificate must have; empty for the host that is called.
    Services of the mesh go by their own, wherever they run: ``detector``."""

    def options(self, options: Options) -> Options:
        """Options of a channel, with the name."""
        return [*options, ("grpc.ssl_target_name_override", self.name)] if self.name else options


def aio_channel(target: str, options: Options, trust: Trust | None) -> grpc.aio.Channel:
    """Open a channel for asyncio; without trust, in plain text.

    A renewed certificate is used from the next call on, over a new connection; running calls
    finish on the old one.

    Raises:
        ConfigError: The certificates cannot be used.
    """
    traced = tracing_calls(target)
    if trust is None:
        return grpc.aio.insecure_channel(target, options=options, interceptors=traced)

    def connect(held: Certificates) -> grpc.aio.Channel:
        return grpc.aio.secure_channel(
            target, credentials(held), options=trust.options(options), interceptors=traced
        )

    return Renewing(connect, Folder(trust.folder, own=False, authorities=True))


def blocking_channel(target: str, options: Options, trust: Trust | None) -> grpc.Channel:
    """Open a channel for threads; without trust, in plain text. Reads the certificates once.

    Raises:
        ConfigError: The certificates cannot be used.
    """
    if trust is None:
        return grpc.insecure_channel(target, options=options)
    held = Folder(trust.folder, own=False, authorities=True).held()
    return grpc.secure_channel(target, credentials(held), options=trust.options(options))


@functools.lru_cache(maxsize=8)
def credentials(held: Certificates) -> grpc.ChannelCredentials:
    """What a caller shows, and whom it believes. TLS 1.2 or later, as gRPC has it."""
    return grpc.ssl_channel_credentials(held.authorities, held.key or None, held.chain or None)


def require_plain(target: str, what: str) -> None:
    """Make sure that plain text to a target stays on this machine.

    Raises:
        ConfigError: It does not.
    """
    if not stays_here(target):
        raise ConfigError(
            f"{what} {target} is on another machine, and there is no TLS: set BACKENDS_TLS to a "
            "folder of certificates, or INSECURE to true"
        )
