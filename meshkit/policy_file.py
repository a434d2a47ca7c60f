"""`policies.yaml` to a policy table, as a whole or not at all."""

import dataclasses
import textwrap
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from typing_extensions import override

from faces.policy import Policy, PolicyTable, Verdict

MAX_BYTES = 256 * 1024
"""Longest table: some 500 scenes."""

_COLUMNS = {field.name: field for field in dataclasses.fields(Policy) if field.name != "scene"}
_LINE = 1000
"""Most characters of what is said about a table, for logs and answers."""

_LARGEST = 10**9
"""No column holds a larger number; one of thousands of digits could not even be printed."""


class TableWrong(Exception):
    """What was read is no policy table. Its text is one line that names every problem."""

    def __init__(self, problem: str) -> None:
        super().__init__(textwrap.shorten(problem, _LINE, placeholder=" …"))


class _Loader(yaml.SafeLoader):
    """Refuses a key that is there twice: the last one would win without a word."""

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=deep)
            if isinstance(name, Hashable):  # the others are refused below
                if name in seen:
                    raise yaml.YAMLError(f"{name} is there twice")
                seen.add(name)
        return super().construct_mapping(node, deep=deep)


def read(path: Path) -> bytes | None:
    """What a file holds, as far as a table may go; None if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError:
        return None


def decode(content: bytes | None) -> str:
    """The text of a file, whole.

    Raises:
        TableWrong: There is none, it is too long, no text, or ends in the middle of a line.
    """
    if content is None:
        raise TableWrong("it cannot be read")
    if len(content) > MAX_BYTES:
        raise TableWrong(f"it is longer than {MAX_BYTES} bytes")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise TableWrong("it is not text in UTF-8") from None
    if text and not text.endswith("\n"):
        # 0.5 may be half of 0.52: whoever wrote it may not have come to the end.
        raise TableWrong("its last line has no end, so it may be half of a table")
    return text


def parse(text: str) -> PolicyTable:
    """Read and validate a policy table.

    Raises:
        TableWrong: Any row is wrong.
    """
    rows = _rows(text)
    policies: list[Policy] = []
    problems: list[str] = []
    for scene, columns in rows.items():
        try:
            policies.append(_policy(scene, columns))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise TableWrong("; ".join(problems))
    return PolicyTable(policies)


def _rows(text: str) -> dict[Any, Any]:
    try:
        rows = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe one
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise TableWrong(f"it is not YAML: {line}{error.problem}") from None
    except yaml.YAMLError as error:
        raise TableWrong(f"it is not YAML: {error}") from None
    except (ValueError, RecursionError):
        # Dates that do not exist, numbers of thousands of digits, brackets in brackets.
        raise TableWrong("it holds what YAML cannot read") from None
    if not isinstance(rows, dict) or not rows:
        raise TableWrong("it has no scenes")
    return rows


def _policy(scene: Any, columns: Any) -> Policy:
    if not isinstance(scene, str):
        raise ValueError("a scene's name is not text")  # noqa: TRY004  # of the text, not of ours
    if not isinstance(columns, dict):
        raise ValueError(f"scene {scene}: it has no columns")  # noqa: TRY004  # of the text, not of ours
    unknown = sorted(map(str, columns.keys() - _COLUMNS.keys()))
    missing = [
        name
        for name, field in _COLUMNS.items()
        if name not in columns and field.default is dataclasses.MISSING
    ]
    if unknown or missing:
        raise ValueError(f"scene {scene}: unknown {unknown}, missing {missing}")
    if "accept" in columns and "target_fpir" in columns:
        raise ValueError(f"scene {scene}: accept and target_fpir are two lines; one must go")
    values = {name: _value(scene, name, text) for name, text in columns.items()}
    return Policy(scene=scene, **values)


def _value(scene: str, name: str, value: Any) -> Any:
    """Check a value's type; its range is the policy's own business."""
    wanted = _COLUMNS[name].type
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    fits = {
        float: whole or isinstance(value, float),
        float | None: whole or isinstance(value, float),
        int: whole,
        bool: isinstance(value, bool),
        str: isinstance(value, str),
        str | float: isinstance(value, str | float) or whole,
        Verdict: isinstance(value, str) and value in {verdict.value for verdict in Verdict},
    }
    if not fits[wanted]:  # type: ignore[index]  # the columns' types are these seven
        shown = repr(value) if isinstance(value, str | float | bool) or whole else "that"
        raise ValueError(f"scene {scene}: {name} cannot be {shown}")
    return Verdict(value) if wanted is Verdict else value
