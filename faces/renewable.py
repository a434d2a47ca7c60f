"""Renewable templates: the vectors of a collection, turned by a matrix that only a key tells.

Similarities stay as they are, so whoever searches turned templates needs no key; but vectors of
two keys, or of a key and none, cannot be compared. A key that leaked is replaced, and templates
with it, without a photo. The matrix is invertible: this is no encryption.
"""

import hashlib
import hmac
import math

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors

KEY_BYTES = 32

_RECIPE = b"sureface-renewable-v1\n"
"""Changes with anything that changes a matrix."""

_NAME = b"sureface-renewable-v1 name\n"
_PRINT = b"sureface-renewable-v1 fingerprint\n"
_MARK = ".key-"
_DIGITS = 12

Matrix = NDArray[np.float64]
"""Shape (d, d)."""


def orthonormal(key: bytes, collection_id: str, dimension: int) -> Matrix:
    """Draw the matrix of a collection: each rotation or reflection is as likely as any other.

    Takes some 100 ms for 512 dimensions. Elsewhere it may differ in the last digits.

    Args:
        key: `KEY_BYTES` bytes. Two collections have two matrices under one key.
        collection_id: Whose templates.
        dimension: Length of the vectors, at least 1.
    """
    seed = _RECIPE + key + f"{dimension}\n{collection_id}".encode()
    columns, triangle = np.linalg.qr(_normals(seed, dimension**2).reshape(dimension, dimension))
    # With the signs that LAPACK happens to choose, it would be neither uniform nor the same.
    signs = np.where(np.diagonal(triangle) < 0, -1.0, 1.0)
    matrix: Matrix = columns * signs
    return matrix


def turned(vectors: Vectors, matrix: Matrix) -> Vectors:
    """Turn vectors of shape (n, d) by a matrix; their similarities stay, to rounding.

    One with values that are no numbers becomes one of the same kind: refusing it is not our part.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return (vectors.astype(np.float64) @ matrix.T).astype(np.float32)


def keyed_contract(contract_id: str, key: bytes, collection_id: str) -> str:
    """Name the space that vectors of a contract are in, once they are turned.

    Returns:
        For example ``arc512-0a1b2c3d4e5f.key-001122334455``, which does not tell the key.
    """
    name = hmac.digest(key, _NAME + collection_id.encode(), "sha256").hex()
    return f"{contract_id}{_MARK}{name[:_DIGITS]}"


def embedder_contract(contract_id: str) -> str:
    """The contract whose vectors were turned; itself if it is of none."""
    return contract_id.partition(_MARK)[0]


def fingerprint(key: bytes, collection_id: str, content: bytes) -> bytes:
    """32 bytes that stand for vectors before they are turned.

    Whoever has no key can neither find out which they are nor find them in another collection.
    """
    return hmac.digest(key, _PRINT + f"{collection_id}\n".encode() + content, "sha256")


def _normals(seed: bytes, count: int) -> NDArray[np.float64]:
    """Standard normal numbers, shape (count,), by Box and Muller.

    Not by numpy's generators, whose streams may change with its version.
    """
    pairs = (count + 1) // 2
    words = np.frombuffer(hashlib.shake_256(seed).digest(16 * pairs), dtype="<u8").reshape(2, pairs)
    uniform = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53  # in (0, 1]
    radius, angle = np.sqrt(-2.0 * np.log(uniform[0])), 2.0 * math.pi * uniform[1]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]
