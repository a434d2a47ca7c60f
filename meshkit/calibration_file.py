"""Calibrations as files: TOML that people read, with a hash of what it says."""

import dataclasses
import json
import textwrap
import tomllib
from datetime import datetime
from typing import Any

from faces.calibration import Calibration, Counts, Evidence, Tail

SCHEMA = 1
"""The version of the format that this code reads and writes."""

SUFFIX = ".toml"
"""Of files that hold one."""

MAX_BYTES = 64 * 1024
"""Longest file: ten times what there is to say."""

_LINE = 500
"""Most characters of what is said about a file, for logs and answers."""

_PARTS: dict[str, type[Any]] = {"counts": Counts, "tail": Tail, "evidence": Evidence}
"""Tables of the file; everything else stands before them."""

_HEAD = """\
# What similarities of one model are worth: docs/calibration.md says what each number means.
# Written by a program. Whoever changes it changes its version, too, and is refused.
"""


class CalibrationWrong(Exception):
    """What was read is no calibration. Its text is one line that says why."""

    def __init__(self, problem: str) -> None:
        super().__init__(textwrap.shorten(problem, _LINE, placeholder=" …"))


def encode(calibration: Calibration) -> str:
    """A calibration as a file."""
    values = dataclasses.asdict(calibration)
    whole = [_line("schema", SCHEMA), _line("version", values.pop("version"))]
    whole += [_line(name, value) for name, value in values.items() if name not in _PARTS]
    for name in _PARTS:
        whole += ["", f"[{name}]", *(_line(key, value) for key, value in values[name].items())]
    return _HEAD + "\n".join(whole) + "\n"


def parse(content: bytes | None) -> Calibration:
    """Read what `encode` wrote.

    Args:
        content: Of a file; None if it cannot be read.

    Raises:
        CalibrationWrong: It is none, of another format, or was changed by hand.
    """
    values = _toml(content)
    if (schema := values.pop("schema", None)) != SCHEMA:
        raise CalibrationWrong(f"it has schema {schema!r}; this version reads {SCHEMA}")
    version = values.pop("version", None)
    try:
        parts = {name: cls(**values.pop(name)) for name, cls in _PARTS.items()}
        calibration = Calibration(**_typed(values), **parts)
    except KeyError as missing:
        raise CalibrationWrong(f"it lacks {missing}") from None
    except (TypeError, ValueError, AttributeError) as error:
        raise CalibrationWrong(f"it is incomplete or wrong: {error}") from None
    if version != calibration.version:
        raise CalibrationWrong(
            f"its content is version {calibration.version}, and it says {version}: it was changed"
        )
    return calibration


def _toml(content: bytes | None) -> dict[str, Any]:
    if content is None:
        raise CalibrationWrong("it cannot be read")
    if len(content) > MAX_BYTES:
        raise CalibrationWrong(f"it is longer than {MAX_BYTES} bytes")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise CalibrationWrong(f"it is not TOML: {error}") from None


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Lists as the tuples that they were, and a time that knows its zone."""
    typed = {name: _tuple(value) for name, value in values.items()}
    if not isinstance(typed["made"], datetime) or typed["made"].tzinfo is None:
        raise ValueError("made is no time with a zone")
    return typed


def _tuple(value: Any) -> Any:
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def _line(name: str, value: Any) -> str:
    text = value.isoformat() if isinstance(value, datetime) else json.dumps(value)
    return f"{name} = {text}"
