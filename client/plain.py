"""Answers as JSON: stable, and nothing but what the SDK's types hold."""

import base64
import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from client.codec.wire import number
from faces.errors import FaceError


def document(value: object) -> str:
    """One JSON document. Keys are field names; enums are their names in lower case."""
    return json.dumps(plain(value), indent=2, allow_nan=False)


def plain(value: object) -> Any:
    """Reduce a value to what JSON knows."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return [number(item) for item in value]
    return _leaf(value)


def _leaf(value: object) -> object:
    match value:
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case Enum():
            return value.name.lower()
        case datetime():
            return value.isoformat()
        case Path():
            return str(value)
    return value


def refusal(error: FaceError) -> dict[str, object]:
    """A refusal as it travels: reason and metadata are stable, the message is for people."""
    return {
        "error": {
            "reason": error.reason,
            "code": error.code.name,
            "message": str(error),
            "metadata": error.metadata,
        }
    }
