"""What is sealed, as bytes: an envelope of AES-256-GCM.

    "SEAL" | id of the operator's key (8) | data key, wrapped (40) | nonce (12) | sealed, tag (16)

Each can be opened by itself, wherever it is copied to: its data key is in its head, wrapped with
the operator's key (RFC 3394).
"""

from meshkit.key_lines import KEY_BYTES
from meshkit.sealing.ring import ID_BYTES, UNSEALED

MAGIC = b"SEAL"
"""As a float32 5e7: no vector of unit length begins so."""

ID = slice(len(MAGIC), len(MAGIC) + ID_BYTES)
HEAD = slice(0, ID.stop + KEY_BYTES + 8)
NONCE = slice(HEAD.stop, HEAD.stop + 12)

OVERHEAD = NONCE.stop + 16
"""Bytes that an envelope takes beside what is in it."""


def key_of(kept: bytes) -> str:
    """Id of the operator's key that something is sealed with, or `UNSEALED`.

    What is not sealed must not begin with `MAGIC`.
    """
    return kept[ID].hex() if kept[: len(MAGIC)] == MAGIC else UNSEALED
