"""What a query of Prometheus asks for, for tests."""

from dataclasses import dataclass, field
from typing import Any

import promql_parser as promql


@dataclass
class Asked:
    """Everything that a query names."""

    series: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    """By name, its conditions: label, operator, value."""

    grouped: set[str] = field(default_factory=set)
    """Labels that are kept, or joined on."""


def asked(query: str) -> Asked:
    """Parse a query.

    Raises:
        ValueError: It is none.
    """
    found = Asked()

    def visit(node: Any) -> None:
        if isinstance(node, promql.VectorSelector) and node.name:
            conditions = [(m.name, str(m.op), m.value) for m in node.matchers.matchers]
            found.series.setdefault(node.name, []).extend(conditions)
        if isinstance(node, promql.AggregateExpr) and node.modifier:
            found.grouped |= set(node.modifier.labels)

    promql.walk(promql.parse(query.replace("$__rate_interval", "5m")), visit)
    return found
