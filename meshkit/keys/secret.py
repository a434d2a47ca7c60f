"""Secrets of API keys: made, hashed, checked. ``sf_<key id>_<secret>`` is what a caller holds."""

import secrets

import argon2
from argon2.exceptions import VerifyMismatchError

from meshkit.keys.key import KEY_ID

PREFIX = "sf_"

_SECRET_BYTES = 32
"""Nobody guesses 256 random bits, whatever the hash costs."""

_LONGEST = 128
"""Characters of a credential that is looked at."""

_HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""The least that OWASP advises for Argon2id: about 20 ms of one core, 19 MiB for that long."""


def new_key_id() -> str:
    """What a key is called."""
    return secrets.token_hex(6)


def new_secret() -> str:
    """What only the holder of a key knows."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def joined(key_id: str, secret: str) -> str:
    """What the holder of a key gets, once."""
    return f"{PREFIX}{key_id}_{secret}"


def split(credential: str) -> tuple[str, str] | None:
    """Key id and secret of what a caller sent; None if it has not the shape of a key."""
    if len(credential) > _LONGEST or not credential.startswith(PREFIX):
        return None
    key_id, _, secret = credential.removeprefix(PREFIX).partition("_")
    return (key_id, secret) if KEY_ID.fullmatch(key_id) and secret else None


def hashed(secret: str) -> str:
    """What is kept of a secret. Takes as long as checking it."""
    return _HASHER.hash(secret)


def matches(secret_hash: str, secret: str) -> bool:
    """Whether a secret is the one of a hash, in the same time for every wrong one.

    Raises:
        argon2.exceptions.VerificationError: That cannot be told: there is no memory, or the hash
            is none. It says nothing of the secret.
    """
    try:
        return _HASHER.verify(secret_hash, secret)
    except VerifyMismatchError:
        return False
