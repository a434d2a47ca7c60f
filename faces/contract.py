"""Embedding contracts: which vectors may be compared with which.

A vector means something only beside vectors of the same model, fed in the same way.
The contract id names that: it travels with every vector and is stored with every
template. The prefix is versioned: should the recipe below ever change, so must the
first line that it hashes.
"""

import hashlib
import math
from dataclasses import dataclass

from faces.errors import ContractMismatch

_RECIPE = "sureface-contract-v1"
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """How pixels become a model's input: ``(value - mean) / scale`` per channel."""

    version: str
    """Changes with anything that the other fields do not say, such as the warp."""

    channels: str
    """Order of the channels, ``RGB`` or ``BGR``."""

    mean: float
    """Subtracted from each 8-bit value."""

    scale: float
    """Divides what is left. Not 0."""

    def __post_init__(self) -> None:
        if self.channels not in {"RGB", "BGR"}:
            raise ValueError(f"channels must be RGB or BGR, got {self.channels}")
        if not (math.isfinite(self.mean) and math.isfinite(self.scale) and self.scale):
            raise ValueError(f"need a mean and a scale that is not 0, got {self}")


def contract_id(*, model_sha256: str, preprocessing: Preprocessing, dimension: int) -> str:
    """Name the vector space of a model.

    Args:
        model_sha256: Digest of the model file, 64 hexadecimal digits.
        preprocessing: How its input is made.
        dimension: Length of its vectors.

    Returns:
        For example ``arc512-0a1b2c3d4e5f``.
    """
    how = preprocessing
    # 128 and 128.0 are one number, and must not be two contracts.
    mean, scale = float(how.mean), float(how.scale)
    facts = (_RECIPE, model_sha256, how.version, how.channels, mean, scale, dimension)
    digest = hashlib.sha256("\n".join(map(str, facts)).encode()).hexdigest()
    return f"arc{dimension}-{digest[:_DIGITS]}"


def require_contract(expected: str, *, served: str) -> None:
    """Refuse to mix vector spaces.

    Args:
        expected: What the caller's vectors were made with; empty for "any".
        served: What is in force here.

    Raises:
        ContractMismatch: They differ.
    """
    if expected and expected != served:
        raise ContractMismatch(expected=expected, served=served)
