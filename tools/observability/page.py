"""The tables of docs/telemetry.md."""

import re
from collections.abc import Mapping, Sequence

from tools.observability.signals import ALL, METRICS, SERVICES, SPANS

_MARKED = re.compile(r"(<!-- (\w+): .*? -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, help_texts: Mapping[str, str]) -> str:
    """The page with its tables, each between its two comments, as the code has them now.

    Args:
        page: Markdown.
        help_texts: What each metric says of itself, by family.
    """
    tables = {"metrics": _metrics(help_texts), "spans": _spans()}
    return _MARKED.sub(lambda found: f"{found[1]}{tables[found[2]]}\n{found[3]}", page)


def _metrics(help_texts: Mapping[str, str]) -> str:
    rows = [
        (
            f"`{each.name}`",
            each.kind,
            each.unit,
            _names(each.labels),
            _where(each.processes),
            help_texts[each.family],
        )
        for each in METRICS
    ]
    return _table(("metric", "kind", "unit", "labels", "of", "what"), rows)


def _spans() -> str:
    rows = [
        (
            f"`{each.name.replace('*', '')}`" if "*" not in each.name else each.name,
            each.kind,
            _names(each.attributes),
            _where(each.processes),
            each.text,
        )
        for each in SPANS
    ]
    return _table(("span", "kind", "attributes", "of", "what"), rows)


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _where(processes: Sequence[str]) -> str:
    groups = {ALL: "all", SERVICES: "all services"}
    return groups.get(tuple(processes), ", ".join(processes))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
