"""What keeps a mesh from starting, found before anything is started."""

import contextlib
import fcntl
import socket
from collections.abc import Iterator
from pathlib import Path

from client.up.plan import HOST, Plan


class CannotStart(Exception):
    """The mesh cannot start. Its text is one line that says what to do."""


def require_ports(plan: Plan) -> None:
    """Make sure that nobody listens where we want to.

    Raises:
        CannotStart: Somebody does; names all such ports.
    """
    taken = [
        f"{plan.port(name)} ({name})" for name in plan.services if not _is_free(plan.port(name))
    ]
    if taken:
        raise CannotStart(
            f"{'port' if len(taken) == 1 else 'ports'} {', '.join(taken)} of {HOST} taken; "
            "stop what listens there, or choose others with --port-base"
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As a server does: connections that are just ending do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Keep a second mesh off the same data while the block runs.

    Raises:
        CannotStart: There is one already, or the folder cannot be written.
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "logs").mkdir(exist_ok=True)
        lock = (data / "lock").open("w")
    except OSError as error:
        raise CannotStart(f"{data}: {error.strerror}; choose another folder with --data") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(
                f"a mesh runs on {data} already; stop it, or choose another folder with --data"
            ) from None
        yield
