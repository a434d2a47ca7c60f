"""What a gateway's decision log holds, for tests that care for what was decided."""

from pathlib import Path
from typing import Any

from meshkit.chain import FOLDER, records

_ITS_OWN = {"start", "stop"}
"""Kinds of records that a log writes about itself."""


def kept(data: Path) -> list[dict[str, Any]]:
    """All records of a gateway's folder, in order, but those about the log itself."""
    return [record for record in records(data / FOLDER) if record["kind"] not in _ITS_OWN]
