"""Values that must not be told, and a search for them."""

import base64
from collections.abc import Sequence

PERSON = "marked-person-4711"
NAME = "Marked Lovelace"
KEY = "sk-marked-0f6c9f4e2b0b"
PIXELS = b"marked-pixels-8d3d"
METADATA = (("authorization", f"Bearer {KEY}"), ("x-api-key", KEY))

BY_CHANCE = 4
"""Numbers of a vector that may be in a text by chance: a few seconds may be as many as a vector's
number, to six digits. Whoever prints a vector, even shortened, prints at least six."""


def found(text: str, vector: Sequence[float] = ()) -> list[str]:
    """What of name, key, pixels and a vector is in a text, however it was written."""
    # Without the ends, which depend on what stands around.
    shifted = [base64.b64encode(bytes(shift) + PIXELS).decode()[4:-4] for shift in range(3)]
    words = [NAME, KEY, PIXELS.decode(), PIXELS.hex(), *shifted]
    ways = [(f"{abs(x):.9f}"[:8], f"{abs(x):.9e}"[:7]) for x in vector if abs(x) > 0.01]
    there = [plain for plain, power in ways if plain in text or power in text]
    return [word for word in words if word in text] + (there if len(there) > BY_CHANCE else [])
