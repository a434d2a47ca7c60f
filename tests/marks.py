"""Values that must not be told, and the texts by which they would be known."""

import base64
from collections.abc import Sequence

PERSON = "marked-person-4711"
NAME = "Marked Lovelace"
KEY = "sk-marked-0f6c9f4e2b0b"
PIXELS = b"marked-pixels-8d3d"
METADATA = (("authorization", f"Bearer {KEY}"), ("x-api-key", KEY))


def marks(vector: Sequence[float]) -> list[str]:
    """Texts by which name, key, pixels and a vector are known, however they are written."""
    # Without the ends, which depend on what stands around.
    shifted = [base64.b64encode(bytes(shift) + PIXELS).decode()[4:-4] for shift in range(3)]
    numbers = [f"{abs(value):.9f}"[:8] for value in vector if abs(value) > 0.01]
    return [NAME, KEY, PIXELS.decode(), PIXELS.hex(), *shifted, *numbers]
