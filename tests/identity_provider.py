"""An identity provider: its keys, and tokens that it signs."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER, AUDIENCE = "https://id.example", "sureface"
PRIVATE: dict[str, Any] = {
    "RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
_JWK: dict[str, Callable[[Any], Any]] = {
    "RS256": RSAAlgorithm.to_jwk,
    "ES256": ECAlgorithm.to_jwk,
    "EdDSA": OKPAlgorithm.to_jwk,
}


def jwk(algorithm: str, kid: str, **more: Any) -> dict[str, Any]:
    """The public half of a key, as a provider publishes it."""
    row: dict[str, Any] = json.loads(_JWK[algorithm](PRIVATE[algorithm].public_key()))
    return row | {"kid": kid, "use": "sig", "alg": algorithm} | more


JWKS = json.dumps({"keys": [jwk(name, f"{name}-1") for name in PRIVATE]}).encode()


def claims(**more: Any) -> dict[str, Any]:
    """Those of a good token; None takes one out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "Ann@example",
        "exp": int(time.time()) + 600,
        "roles": ["face-reviewer", "chess-club"],
    }
    return {name: value for name, value in (good | more).items() if value is not None}


def token(algorithm: str = "ES256", kid: str = "", **more: Any) -> str:
    headers = {"kid": kid or f"{algorithm}-1"}
    return jwt.encode(claims(**more), PRIVATE[algorithm], algorithm, headers=headers)
