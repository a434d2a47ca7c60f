"""Labels as text: one spelling for each set, so that equal sets are equal texts."""

import json
from collections.abc import Mapping

NONE = "{}"
"""No labels at all."""


def dump(labels: Mapping[str, str]) -> str:
    """Write labels down as canonical JSON: keys sorted, no blanks."""
    if not labels:
        return NONE
    return json.dumps(dict(labels), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def load(text: str) -> dict[str, str]:
    """Read what `dump` wrote."""
    labels: dict[str, str] = json.loads(text)
    return labels
