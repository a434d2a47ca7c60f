"""`policies.yaml` to a policy table, as a whole or not at all."""

import dataclasses
from pathlib import Path
from typing import Any

import yaml
from typing_extensions import override

from faces.policy import Policy, PolicyTable, Verdict
from meshkit.config import ConfigError

_COLUMNS = {field.name: field for field in dataclasses.fields(Policy) if field.name != "scene"}


class _Loader(yaml.SafeLoader):
    """Refuses a key that is there twice: the last one would win without a word."""

    @override
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.YAMLError(f"{name} is there twice")
        return super().construct_mapping(node, deep=deep)


def load(path: Path) -> PolicyTable:
    """Read and validate a policy table.

    Raises:
        ConfigError: The file cannot be read, or any row is wrong; names every problem.
    """
    try:
        rows = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe one
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"{path} cannot be read; set GATEWAY_POLICIES to a policy table"
        ) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(rows, dict) or not rows:
        raise ConfigError(f"{path} has no scenes")
    policies: list[Policy] = []
    problems: list[str] = []
    for scene, columns in rows.items():
        try:
            policies.append(_row(str(scene), dict(columns or {})))
        except (TypeError, ValueError) as error:
            problems.append(str(error))
    if problems:
        raise ConfigError(f"{path}: {'; '.join(problems)}")
    return PolicyTable(policies)


def _row(scene: str, columns: dict[str, Any]) -> Policy:
    unknown = sorted(columns.keys() - _COLUMNS.keys())
    missing = [
        name
        for name, field in _COLUMNS.items()
        if name not in columns and field.default is dataclasses.MISSING
    ]
    if unknown or missing:
        raise ValueError(f"scene {scene}: unknown {unknown}, missing {missing}")
    values = {name: _value(scene, name, text) for name, text in columns.items()}
    return Policy(scene=scene, **values)


def _value(scene: str, name: str, value: Any) -> Any:
    """Check a value's type; its range is the policy's own business."""
    wanted = _COLUMNS[name].type
    if wanted is Verdict:
        if value not in {verdict.value for verdict in Verdict}:
            raise ValueError(f"scene {scene}: {name} cannot be {value!r}")
        return Verdict(value)
    whole = isinstance(value, int) and not isinstance(value, bool)
    fits = {
        float: whole or isinstance(value, float),
        int: whole,
        bool: isinstance(value, bool),
        str: isinstance(value, str),
    }
    if not fits[wanted]:  # type: ignore[index]  # the columns' types are these four
        raise ValueError(f"scene {scene}: {name} cannot be {value!r}")
    return value
