"""What is listed is what is measured; dashboards and alerts ask for nothing else."""

import json
import re
from collections.abc import Mapping
from typing import Any

import grpc
import pytest
import yaml
from prometheus_client import REGISTRY

from faces.errors import BY_REASON
from tests.promql import asked
from tools.observability.__main__ import FOLDER, ROOT, written
from tools.observability.help_texts import MODULES, help_texts
from tools.observability.signals import METRICS

CREATES = re.compile(r"from prometheus_client import .*(Counter|Gauge|Histogram|Summary|Info)")
OF_PYTHON = re.compile("python_").match
FROM_PROMETHEUS = {"up"}
"""What Prometheus notes itself."""
TARGET = {"instance", "job", "namespace", "pod"}
"""Labels that it adds to everything."""

ALERTS = ROOT / "deploy" / "observability" / "alerts.yaml"
ADAPTER = ROOT / "deploy" / "k8s" / "components" / "queue-time" / "prometheus-adapter.yaml"
RUNBOOK = ROOT / "docs" / "operations.md"
LABELS = {name: set(metric.labels) for metric in METRICS for name in metric.series}


def alerts() -> list[dict[str, Any]]:
    document = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def dashboards() -> Mapping[str, Any]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


def adapter() -> Mapping[str, str]:
    queries = {}
    for rule in yaml.safe_load(ADAPTER.read_text(encoding="utf-8"))["rules"]:
        query = rule["metricsQuery"].replace("<<.LabelMatchers>>", 'pod="x"')
        queries[f"{rule['name']['as']}, series"] = rule["seriesQuery"]
        queries[f"{rule['name']['as']}, value"] = query.replace("<<.GroupBy>>", "pod")
    return queries


QUERIES = [
    pytest.param(target["expr"], id=f"{name}: {panel['title']} {target['refId']}")
    for name, document in dashboards().items()
    for panel in document["panels"]
    for target in panel["targets"]
]
QUERIES += [pytest.param(rule["expr"], id=rule["alert"]) for rule in alerts()]
QUERIES += [pytest.param(query, id=f"adapter: {name}") for name, query in adapter().items()]


def test_the_list_is_what_the_code_measures() -> None:
    """Every metric by name, kind and labels; the labels of an info are its facts."""
    texts = help_texts()
    ours = {each.name: each.type for each in REGISTRY.collect() if not OF_PYTHON(each.name)}
    standard = {name for name in ours if name.startswith("process_")}
    listed = {metric.family: metric for metric in METRICS}

    assert ours.keys() - standard <= listed.keys() <= ours.keys() & texts.keys()
    for name, metric in listed.items():
        collector = REGISTRY._names_to_collectors[name]
        labels = tuple(getattr(collector, "_labelnames", ()))
        assert metric.kind == ours[name], name
        assert metric.kind == "info" or metric.labels == labels, name


def test_every_module_that_measures_is_asked() -> None:
    """A metric anywhere else would be missing from the list without anybody noticing."""
    found = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for folder in ("faces", "meshkit", "services", "gateway", "client")
        for path in (ROOT / folder).rglob("*.py")
        if CREATES.search(path.read_text(encoding="utf-8"))
    }

    assert set(MODULES) == found


def test_what_is_written_is_fresh() -> None:
    """Dashboards and tables are those that the code makes: python -m tools.observability."""
    for path, text in written().items():
        assert text == path.read_text(encoding="utf-8"), path.name
    assert {path.name for path in written() if path.parent == FOLDER} == {
        path.name for path in FOLDER.iterdir()
    }


@pytest.mark.parametrize("query", QUERIES)
def test_queries_ask_for_what_there_is(query: str) -> None:
    """Names, labels, and values that are fixed."""
    question = asked(query)

    assert question.series
    assert question.series.keys() <= LABELS.keys() | FROM_PROMETHEUS
    there = {"le"} | TARGET | {label for name in question.series for label in LABELS.get(name, ())}
    assert question.grouped <= there
    for name, conditions in question.series.items():
        for label, _, value in conditions:
            assert label in LABELS.get(name, set()) | TARGET
            if value and label == "error_type":
                assert value in BY_REASON
            if label == "rpc_response_status_code":
                assert {each.name for each in grpc.StatusCode} >= set(value.split("|"))


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in dashboards()])
def test_legends_name_labels_that_are_left(name: str) -> None:
    """A label that was summed away would be an empty word."""
    for panel in dashboards()[name]["panels"]:
        for target in panel["targets"]:
            question = asked(target["expr"])
            left = question.grouped or TARGET.union(*(LABELS.get(s, ()) for s in question.series))
            assert set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])) <= left, panel["title"]


def test_every_metric_is_on_a_dashboard() -> None:
    """What nobody looks at need not be measured."""
    shown = {
        series
        for document in dashboards().values()
        for panel in document["panels"]
        for target in panel["targets"]
        for series in asked(target["expr"]).series
    }

    assert [] == [metric.name for metric in METRICS if not shown & set(metric.series)]


def test_every_alert_says_what_to_do() -> None:
    """In a section of its own, where its link leads; and every section has its alert."""
    page = RUNBOOK.read_text(encoding="utf-8").partition("\n## Alerts\n")[2].partition("\n## ")[0]
    sections = re.findall(r"^### (\w+)$", page, re.MULTILINE)

    assert [rule["alert"] for rule in alerts()] == sorted(set(sections), key=sections.index)
    for rule in alerts():
        path, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (ROOT / path, rule["alert"].lower()) == (RUNBOOK, anchor)
        assert rule["labels"]["severity"] in {"critical", "warning"}
        labels = asked(rule["expr"]).grouped or {"instance"}
        words = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert words <= labels, rule["alert"]
