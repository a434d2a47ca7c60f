"""Certificates of a mesh on this machine: made where there are none, before anything starts."""

import importlib.util
from pathlib import Path

from client.certs import DAYS
from client.certs.parties import parties
from client.up.obstacles import CannotStart


def require_certificates(folder: Path) -> None:
    """Make what is missing in a folder of ``sureface certs``.

    Raises:
        CannotStart: Something is there that cannot be used.
        OSError: The folder cannot be written.
    """
    if importlib.util.find_spec("cryptography") is None:
        raise CannotStart("--tls needs cryptography: pip install 'sureface[client]'")
    from client.certs.issuing import CannotIssue, issue  # noqa: PLC0415  # heavy; only here

    try:
        issued = issue(folder, parties(), days=DAYS)
    except CannotIssue as problem:
        raise CannotStart(str(problem)) from None
    for each in issued:
        if each.problem:
            raise CannotStart(
                f"the certificate of {each.name} in {each.folder} {each.problem}; "
                f"`sureface certs {folder} --force` replaces all but the authority"
            )
