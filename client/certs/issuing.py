"""The folder of an authority: its own files, and a folder for each who has a certificate.

That is ``ca.crt`` and ``ca.key``, and for each of them ``tls.crt``, ``tls.key`` and ``ca.crt``.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from client.certs.parties import Party
from client.certs.signing import Pair, authority, certificate, pem_of
from meshkit.tls.folder import AUTHORITIES, CHAIN, KEY

AUTHORITY_KEY = "ca.key"


class CannotIssue(Exception):
    """Files are in the way. Its text is one line that says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One certificate."""

    name: str
    """Of whom: ``authority``, or a party's."""

    folder: Path
    is_new: bool
    """Whether it was made just now; others were there, and were left alone."""

    expire_time: datetime

    problem: str = ""
    """Why it is of no use; empty if it is."""


def issue(
    folder: Path, parties: Sequence[Party], *, days: float, force: bool = False
) -> list[Issued]:
    """Make what is missing: the authority, and a certificate for each party.

    Args:
        folder: Of the authority; made if it is not there. Nobody else may read it.
        parties: Who gets one.
        days: How long new certificates of parties are valid.
        force: Replace certificates of parties. An authority is never replaced.

    Raises:
        CannotIssue: What is there is not what this function writes.
        OSError: The folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not (folder / AUTHORITIES).exists() and not (folder / AUTHORITY_KEY).exists()
    if is_new:
        _write(folder, AUTHORITY_KEY, AUTHORITIES, authority())
    signer = _read(folder, AUTHORITY_KEY, AUTHORITIES)
    known = _issued("authority", folder, signer[0], signer[0], is_new=is_new)
    return [known, *(_party(folder, party, signer, days, force=force) for party in parties)]


def _party(folder: Path, party: Party, by: Pair, days: float, *, force: bool) -> Issued:
    own = folder / party.name
    own.mkdir(mode=0o700, exist_ok=True)
    is_new = force or not ((own / KEY).exists() or (own / CHAIN).exists())
    if is_new:
        _write(own, KEY, CHAIN, certificate(party, by, days=days))
        _put(own / AUTHORITIES, by[0].public_bytes(Encoding.PEM), 0o644)
    shown, _ = _read(own, KEY, CHAIN)
    return _issued(party.name, own, shown, by[0], is_new=is_new)


def _issued(
    name: str, folder: Path, shown: x509.Certificate, by: x509.Certificate, *, is_new: bool
) -> Issued:
    until = shown.not_valid_after_utc
    problem = "has expired" if until < datetime.now(UTC) else ""
    try:
        shown.verify_directly_issued_by(by)
    except (InvalidSignature, ValueError, TypeError):
        problem = "is of another authority"
    return Issued(name=name, folder=folder, is_new=is_new, expire_time=until, problem=problem)


def _read(folder: Path, key: str, shown: str) -> Pair:
    with _readable(folder / shown):
        certificate = x509.load_pem_x509_certificate((folder / shown).read_bytes())
    with _readable(folder / key):
        private = load_pem_private_key((folder / key).read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise CannotIssue(f"{folder / key} is no key of an elliptic curve: choose another folder")
    if private.public_key() != certificate.public_key():
        raise CannotIssue(f"{folder / key} is not the key of {shown}: choose another folder")
    return certificate, private


@contextlib.contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise CannotIssue(f"{file} is missing, but the others are there") from None
    except (ValueError, TypeError):
        raise CannotIssue(f"{file} cannot be read as PEM: choose another folder") from None


def _write(folder: Path, key: str, shown: str, pair: Pair) -> None:
    # In this order: who sees the new key with the old certificate waits for the new one.
    _put(folder / key, pem_of(pair[1]), 0o600)
    _put(folder / shown, pair[0].public_bytes(Encoding.PEM), 0o644)


def _put(file: Path, content: bytes, mode: int) -> None:
    """Write a file whole or not at all, with its mode from the start."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as written:
        written.write(content)
    part.replace(file)
