"""Panels of Grafana, as little JSON as it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, COLUMNS = 8, 8, 3
"""Of a panel, in cells of Grafana's grid, and how many stand side by side."""

RATE = "$__rate_interval"
"""Grafana's word for a window that suits the step and the scrapes."""

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph."""

    title: str
    queries: Sequence[tuple[str, str]]
    """Each with its legend: ``{{label}}`` stands for a label's value."""

    unit: str = "short"
    """As Grafana calls it: ``s``, ``bytes``, ``percentunit``, ``reqps``."""

    kind: str = "timeseries"
    text: str = ""
    """What to know of it."""

    def render(self, number: int) -> dict[str, Any]:
        """The panel with the place that its number gives it."""
        row, column = divmod(number, COLUMNS)
        return {
            "id": number + 1,
            "type": self.kind,
            "title": self.title,
            "description": self.text,
            "datasource": _SOURCE,
            "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
            "fieldConfig": {"defaults": {"unit": self.unit, "min": 0}, "overrides": []},
            "targets": [
                {
                    "refId": chr(ord("A") + index),
                    "datasource": _SOURCE,
                    "expr": expression,
                    "legendFormat": legend,
                    # Latency leads to traces.
                    "exemplar": "_bucket" in expression and self.kind == "timeseries",
                    "instant": self.kind == "table",
                    "format": "table" if self.kind == "table" else "time_series",
                }
                for index, (expression, legend) in enumerate(self.queries)
            ],
        }


def dashboard(name: str, title: str, panels: Sequence[Panel]) -> dict[str, Any]:
    """A dashboard that asks for its Prometheus when it is opened."""
    return {
        "uid": f"sureface-{name}",
        "title": f"Sureface: {title}",
        "tags": ["sureface"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]
        },
        "panels": [panel.render(number) for number, panel in enumerate(panels)],
    }
