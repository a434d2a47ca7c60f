"""The README says what is so."""

import re
from pathlib import Path

import pytest

from bench.excerpts import PAGES, render
from bench.results import ROOT, Row, load
from sureface.access.v1 import access_pb2
from sureface.analysis.v1 import analysis_pb2
from sureface.audit.v1 import audit_pb2
from sureface.enrollment.v1 import enrollment_pb2
from sureface.insight.v1 import insight_pb2
from sureface.investigation.v1 import investigation_pb2
from sureface.policy.v1 import policy_pb2

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PUBLIC = (
    *(access_pb2, analysis_pb2, audit_pb2, enrollment_pb2),
    *(insight_pb2, investigation_pb2, policy_pb2),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_numbers_are_the_measured_ones(page: Path) -> None:
    """No number was typed: all are those of bench/results/, here and in other pages."""
    text = page.read_text(encoding="utf-8")

    assert text == render(text)
    assert "<!-- numbers: " in text


def test_it_names_every_call() -> None:
    """Each public service is in the table of calls, by itself or with all its calls."""
    for file in PUBLIC:
        [service] = file.DESCRIPTOR.services_by_name.values()
        if f"`{service.name}.*`" in TEXT:
            continue
        assert f"`{service.name}." in TEXT
        for method in service.methods:
            assert f"`{method.name}`" in TEXT or f".{method.name}`" in TEXT, method.name


@pytest.mark.parametrize("row", [row for row in load("gallery") if row.goal], ids=str)
def test_it_hides_no_goal(row: Row) -> None:
    """What missed its goal is as easy to see as what met it."""
    [numbers] = re.findall(r"<!-- numbers: gallery -->(.*?)<!-- /numbers -->", TEXT, re.DOTALL)

    assert f"| {row.metric} " in numbers


@pytest.mark.parametrize("target", ["run", "test", "check"])
def test_its_commands_exist(target: str) -> None:
    """What it tells people to type is a target of the Makefile."""
    assert f"make {target}" in TEXT
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_its_links_lead_somewhere() -> None:
    """Every file and folder that it names is there."""
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    folders = re.findall(r"`([a-z]+/)`", TEXT.partition("## Where things are")[2])

    missing = [name for name in (*links, *folders) if not (ROOT / name).exists()]
    assert [] == missing
    assert len(folders) > 8
