"""What an operator says of callers, read once at start; the file of keys is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from meshkit.config import ServerConfig
from meshkit.keys.key import Role

_AUTH = ("off", "keys", "jwt", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityConfig(ServerConfig):
    """The part of the gateway's variables that is about who calls."""

    auth: str = "off"
    """What callers must bring: ``keys``, ``jwt`` or ``both`` for either of them. ``off`` asks for
    nothing, and is for loopback; elsewhere it needs `insecure`."""

    keys: Path | None = None
    """The file of API keys, as ``sureface keys`` writes it. Watched: a key that is made or revoked
    counts without a restart."""

    jwt_issuer: str = ""
    """Who issues tokens, as their `iss` says."""

    jwt_audience: str = ""
    """Whom tokens are for: what must be in their `aud`."""

    jwt_keys: str = ""
    """The provider's JWKS: a file, or a URL of https. Read again once it is five minutes old (a
    file: two seconds), and for a key that is new."""

    jwt_name_claim: str = "sub"
    """Which claim says who it is; it must be spelled like an operator or a reviewer."""

    jwt_role_claim: str = "roles"
    """Which claim lists the roles of the provider."""

    jwt_roles: str = ""
    """What those are here: ``theirs=ours,theirs=ours``. Others are none."""

    caller_calls_per_s: float = 200.0
    """Most calls a second of one caller at this gateway, unless its key says otherwise."""

    caller_slots: int = 256
    """Most calls of one caller that run at once, streams among them."""

    def __post_init__(self) -> None:
        ServerConfig.__post_init__(self)
        if self.auth not in _AUTH:
            raise ValueError(f"auth must be one of {', '.join(_AUTH)}, got {self.auth}")
        if self.takes_keys and self.keys is None:
            raise ValueError(f"keys is needed where auth is {self.auth}")
        if self.auth == "off" and (self.keys or self.jwt_keys):
            raise ValueError("auth is off, so nobody asks for what keys or jwt_keys name")
        for name in ("jwt_issuer", "jwt_audience", "jwt_keys", "jwt_name_claim", "jwt_role_claim"):
            if self.takes_tokens and not getattr(self, name):
                raise ValueError(f"{name} is needed where auth is {self.auth}")
        if self.caller_calls_per_s <= 0 or self.caller_slots < 1:
            raise ValueError("caller_calls_per_s and caller_slots must be positive")
        _ = self.jwt_role_names  # raises where they are wrong

    @property
    def takes_keys(self) -> bool:
        """Whether API keys are believed."""
        return self.auth in {"keys", "both"}

    @property
    def takes_tokens(self) -> bool:
        """Whether tokens are believed."""
        return self.auth in {"jwt", "both"}

    @property
    def jwt_role_names(self) -> Mapping[str, Role]:
        """Our roles by those of the provider.

        Raises:
            ValueError: There is no such role, or one of theirs is missing or there twice.
        """
        pairs = [pair.rpartition("=") for pair in self.jwt_roles.split(",") if pair]
        names = {theirs.strip(): Role(ours.strip()) for theirs, _, ours in pairs}
        if "" in names or len(names) < len(pairs):
            raise ValueError("jwt_roles must be theirs=ours, each of theirs once")
        return names
