"""Connections to Redis over TLS, with certificates of a folder that may be renewed meanwhile."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import redis
from typing_extensions import override

from meshkit.tls.folder import AUTHORITIES, CHAIN, Folder

_OF_ANOTHER = f"its certificate is from no authority in {AUTHORITIES}"
_ELSEWHERE = "its certificate is for other names than the host in the URL"

_REFUSED = {
    9: "its certificate is not valid yet: compare the clocks",
    10: "its certificate has expired: renew it, and have Redis read it",
    18: _OF_ANOTHER,
    19: _OF_ANOTHER,
    20: _OF_ANOTHER,
    21: _OF_ANOTHER,
    62: _ELSEWHERE,
    64: _ELSEWHERE,
}
"""What OpenSSL finds wrong with a certificate, by its code (``X509_V_ERR_…``)."""

_REFUSES = f"it wants another certificate of us than {CHAIN}, or one at all"
_SILENT = "it does not answer in TLS: is its port for plain text?"


class Connection(redis.SSLConnection):
    """Shows the folder's certificate, and believes nobody but its authorities.

    Redis' own would believe those of the system, too.
    """

    def __init__(self, *, certificates: Folder, **settings: Any) -> None:
        """Take where certificates are; each connection is made with those of its time."""
        super().__init__(**settings)
        self._certificates = certificates
        self._answered = False

    def _wrap_socket_with_ssl(self, sock: socket.socket) -> ssl.SSLSocket:
        # Should Redis' client no longer ask for this, its own check would refuse our servers.
        self._answered = False
        try:
            return self._certificates.context().wrap_socket(sock, server_hostname=self.host)
        except TimeoutError:
            raise redis.TimeoutError(_SILENT) from None
        except ssl.SSLError as error:
            raise redis.ConnectionError(_reason(error)) from error

    @override
    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        send: Any = super().send_packed_command  # its client has no types for it
        with self._told():
            send(command, check_health)

    @override
    def read_response(self, *arguments: Any, **settings: Any) -> Any:
        with self._told():
            answer = super().read_response(*arguments, **settings)
        self._answered = True
        return answer

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say that a server refuses us. With TLS 1.3 it does when we believe to be connected.

        It may hang up before its reason is read.
        """
        try:
            yield
        except redis.ConnectionError as error:
            cause = error.__context__
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                raise redis.ConnectionError(_reason(cause)) from cause
            if isinstance(cause, OSError) and not self._answered:
                raise redis.ConnectionError(f"{_REFUSES}: it hangs up") from cause
            raise


def _reason(error: ssl.SSLError) -> str:
    """What is wrong, in words that operators can act on."""
    if isinstance(error, ssl.SSLCertVerificationError):
        refused = f"its certificate is refused: {error.verify_message}"
        return _REFUSED.get(error.verify_code, refused)
    reason = (error.reason or "it hangs up").lower().replace("_", " ")
    _, alert, what = reason.partition(" alert ")
    return f"{_REFUSES}: {what}" if alert else f"it speaks no TLS that fits: {reason}"
