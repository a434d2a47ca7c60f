"""One API key: whose it is, what it is for, and how long it holds. Never its secret."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from faces import fields
from faces.errors import FaceError

KEY_ID = re.compile(r"[0-9a-f]{12}")
"""What a key is called. No secret."""

_HASH = re.compile(r"\$argon2id\$[A-Za-z0-9$,=+/]{32,256}")


class Role(Enum):
    """What somebody is there for. Which calls a role makes, the gateway's table says."""

    DEVICE = "device"
    INVESTIGATOR = "investigator"
    REVIEWER = "reviewer"
    ENROLLER = "enroller"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class KeyState(Enum):
    """Whether a key holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What is kept of an API key."""

    key_id: str
    name: str
    """Who has it, spelled like an operator or a reviewer, in small letters: a key speaks for
    whoever it names. Several keys may name one person or device."""

    role: Role
    secret_hash: str
    """By Argon2id, with its own salt."""

    create_time: datetime
    expire_time: datetime | None = None
    """None if it does not expire."""

    revoke_time: datetime | None = None
    collections: tuple[str, ...] = ()
    """The only ones that it may use; empty for all."""

    scenes: tuple[str, ...] = ()
    """The only ones that it may use; empty for all."""

    calls_per_s: float | None = None
    """Most calls a second; None for what the gateway allows everybody."""

    def __post_init__(self) -> None:
        if not KEY_ID.fullmatch(self.key_id):
            raise ValueError("key_id must be twelve hexadecimal digits")
        try:
            if fields.staff_id(self.name, "name") != self.name:
                raise ValueError("name must be in small letters")
            for collection_id in self.collections:
                fields.collection_id(collection_id, "collections")
            for scene in self.scenes:
                fields.words(scene, "scenes", limit=64)
        except FaceError as problem:
            raise ValueError(str(problem)) from None
        if not _HASH.fullmatch(self.secret_hash):
            raise ValueError("secret_hash must be of Argon2id")
        if self.calls_per_s is not None and not 0 < self.calls_per_s <= 10**6:
            raise ValueError("calls_per_s must be positive")

    def state(self, now: datetime) -> KeyState:
        """Whether it holds at a moment."""
        if self.revoke_time is not None:
            return KeyState.REVOKED
        if self.expire_time is not None and self.expire_time <= now:
            return KeyState.EXPIRED
        return KeyState.VALID
