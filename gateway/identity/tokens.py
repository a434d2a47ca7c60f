"""Tokens of an identity provider: JWTs, believed if everything about them holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from faces import fields
from faces.errors import FaceError
from gateway.identity.asking import Identity
from gateway.identity.jwks import ALGORITHMS, Jwks
from meshkit.keys.key import Role

_LEEWAY_S = 30.0
"""By how much clocks may differ."""

COLLECTIONS_CLAIM, SCENES_CLAIM = "sureface_collections", "sureface_scenes"
"""What limits a token to some, as a list; absent for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Whose tokens are believed, and what they mean here."""

    issuer: str
    audience: str
    name_claim: str
    """Which claim says who it is."""

    role_claim: str
    """Which claim lists the provider's roles, or is one."""

    roles: Mapping[str, Role]
    """What those are here; others are none."""


class Tokens:
    """Tokens of one provider."""

    def __init__(self, provider: Provider, jwks: Jwks) -> None:
        self._provider = provider
        self._jwks = jwks

    async def identity(self, token: str) -> Identity | None:
        """Who brings a token; None if it does not hold.

        Raises:
            ServiceUnavailable: The provider's keys cannot be had.
        """
        try:
            header = jwt.get_unverified_header(token)
            key_id = header.get("kid")
            key = await self._jwks.key(key_id) if isinstance(key_id, str) else None
            # How a token is signed is for the key to say, not for the token.
            if key is None or key.algorithm_name != header.get("alg"):
                return None
            claims = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                issuer=self._provider.issuer,
                audience=self._provider.audience,
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
            return self._identity(claims)
        except (jwt.PyJWTError, ValueError, OverflowError, RecursionError):
            return None  # brackets in brackets, and times of no calendar, among them

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        """What verified claims say.

        Raises:
            ValueError: They say nothing that could be relied upon.
        """
        name = claims.get(self._provider.name_claim)
        try:
            subject = fields.staff_id(name if isinstance(name, str) else "", "name")
        except FaceError as problem:
            raise ValueError(str(problem)) from None
        given = claims.get(self._provider.role_claim, [])
        named = [given] if isinstance(given, str) else _texts(given)
        return Identity(
            subject=subject,
            roles=frozenset(
                self._provider.roles[role] for role in named if role in self._provider.roles
            ),
            expire_time=datetime.fromtimestamp(int(claims["exp"]) + _LEEWAY_S, UTC),
            collections=_limit(claims, COLLECTIONS_CLAIM),
            scenes=_limit(claims, SCENES_CLAIM),
        )


def _limit(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """A list that limits; an empty one would mean nothing, and must not come to mean all."""
    if name not in claims:
        return frozenset()
    texts = frozenset(_texts(claims[name]))
    if not texts:
        raise ValueError(f"{name} is empty")
    return texts


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("a claim is not a list of texts")
    return value
