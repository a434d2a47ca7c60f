"""Results as JSON: dataclasses by field, without what is too large to read."""

import dataclasses
import json
import math
from typing import Any

import numpy as np


def to_json(value: Any) -> str:
    """Write numbers, texts, dataclasses, and collections of them; what is no number is null."""
    return json.dumps(_plain(value), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = [each for each in dataclasses.fields(value) if each.metadata.get("json", True)]
        return {each.name: _plain(getattr(value, each.name)) for each in shown}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
