"""What is measured is what is written: the page, and the numbers beside it."""

import json
import re
from html import escape
from html.parser import HTMLParser

import pytest

from evaluation.page.report import page
from evaluation.report import Report, write
from evaluation.written import to_json


@pytest.fixture(scope="module")
def text(report: Report, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page."""
    folder = tmp_path_factory.mktemp("report")
    write(report, folder)
    return (folder / "report.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Collects what a browser would fetch, and checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.count = {"svg": 0, "table": 0, "h2": 0}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.count[tag] = self.count.get(tag, 0) + 1
        for name, value in attrs:
            if name in {"src", "href", "xlink:href"} and value and not value.startswith("#"):
                self.fetched.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


def test_the_page_needs_nothing_else(text: str) -> None:
    """One file: no script, no image, no font from elsewhere; all sections, plots inside."""
    reader = Reader()
    reader.feed(text)
    assert [] == reader.fetched
    assert [] == reader.open
    assert "script" not in reader.count
    assert 12 == reader.count["h2"]
    assert reader.count["svg"] >= 5
    assert "nan" not in text.lower()


def test_the_page_says_the_numbers_of_the_models(report: Report, text: str) -> None:
    """Those of the goals, marked, and a rung of a ladder."""
    number = next(it for it in report.goals["learned"] if it.metric.startswith("clean crops: time"))
    assert f'<td class="{number.mark.value}">1.2</td>' in text
    assert "<td>gated</td><td>0.032</td><td>0.700</td>" in text
    assert "<td>frozen</td><td>0.031</td><td>-</td>" in text
    rung = report.models[1].causes.of("iso")[-1]
    row = re.search(r"<tr><td>iso 12800</td>(.*?)</tr>", text)
    assert row is not None
    assert f"<td>{rung.quality:.3f}</td><td>{rung.similarity:.3f}</td>" in row[1]


def test_only_the_model_is_judged_by_the_goals(report: Report, text: str) -> None:
    """The baseline stands beside it, neither met nor missed; what is unknown is missed."""
    row = re.search(r"<tr><td>non-faces: FPR95</td>(.*?)</tr>", text)
    assert row is not None
    assert '<td>≤ 0.2</td><td>0</td><td class="met">0</td>' == row[1]
    unknown = [it.metric for it in report.goals["learned"] if it.goal and not it.known]
    assert unknown
    for metric in unknown:
        row = re.search(rf"<tr><td>{re.escape(escape(metric))}</td>(.*?)</tr>", text)
        assert row is not None
        assert row[1].endswith('<td class="missed">not measured</td>')


def test_the_same_numbers_make_the_same_page(report: Report, text: str) -> None:
    """To the last byte: a change of the page is a change of a number."""
    again = page(report.models, report.goals, report.costs, report.ablations, date=report.date)

    assert text == again


def test_the_json_holds_the_numbers_and_no_arrays(report: Report) -> None:
    """Strict JSON: what is no number is null."""
    text = to_json(report)

    document = json.loads(text, parse_constant=pytest.fail)
    learned = document["models"][1]
    assert ["made", "learned"] == [each["name"] for each in document["models"]]
    assert report.models[1].causes.rungs[0].quality == learned["causes"]["rungs"][0]["quality"]
    assert "failed" not in learned["causes"]
    assert "people" not in learned
    assert len(text) < 500_000
