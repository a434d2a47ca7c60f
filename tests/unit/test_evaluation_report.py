"""A whole examination of two made models, on made people: what is measured is what is written."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from rich.progress import Progress

from bench.goal import mark
from evaluation import goals
from evaluation.conditions import MIXTURES, OCCLUDED, SPOILED, coverings, rungs
from evaluation.cuts import cut, mean_failures, most_false_matches
from evaluation.cutting import Cutter
from evaluation.examination import Examined, examine
from evaluation.memory import Memory
from evaluation.page.report import page
from evaluation.parts import mixed
from evaluation.parts.cost import Cost
from evaluation.report import Report, write
from evaluation.study import Named, Study
from evaluation.written import to_json
from tests import images, subjects

PROBES = 6

COSTS = {"made": Cost(clean_ms=5.0, spoiled_ms=6.0), "learned": Cost(clean_ms=6.0, spoiled_ms=9.0)}


def _study() -> Study:
    pairs = subjects.people(PROBES, noise=2.5)
    mated, cutter = pairs.mated(PROBES), Cutter(Path("models"), threads=1)
    others = subjects.people(40, seed=6)
    return Study(
        pairs=pairs,
        pair_names=[f"pair {number}" for number in pairs.people],
        distractors=Named(crops=subjects.people(5, seed=7).crops, names=list("abcdefghij")),
        train=Named(crops=others.crops, names=[f"train {number}" for number in others.people]),
        nonfaces={"noise": np.stack([images.noise(112, 112, seed=n) for n in range(6)])},
        mated=mated,
        simple={name: mixed.simple(name, pairs, mated, cutter, Memory(None)) for name in MIXTURES},
        memory=Memory(None),
    )


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Examined]:
    """A plain model as the baseline, and one that judges itself."""
    study, found = _study(), []
    for name, learned in (("made", False), ("learned", True)):
        subject = replace(subjects.made(tmp_path_factory.mktemp(name), learned=learned), name=name)
        found.append(examine(subject, study, Progress(disable=True)))
    return found


@pytest.fixture(scope="module")
def report(models: list[Examined]) -> Report:
    """Both of them."""
    base, own = models
    return Report(
        date="2026-02-14",
        models=models,
        costs=COSTS,
        goals={
            "made": goals.numbers(base, None, COSTS),
            "learned": goals.numbers(own, base, COSTS),
        },
    )


def test_every_condition_was_met_by_every_probe(models: list[Examined]) -> None:
    """In the order of the ladders."""
    for each in models:
        assert [it.name for it in rungs()] == [rung.name for rung in each.causes.rungs]
        assert [it.name for it in coverings()] == [rung.name for rung in each.covered.rungs]
        assert {PROBES} == {len(failed) for failed in each.causes.failed.values()}


def test_models_of_the_same_vectors_recognise_alike(models: list[Examined]) -> None:
    """They differ in what they say of quality, not in whom they know."""
    base, own = models

    assert base.verification.verified.accuracy == own.verification.verified.accuracy
    for ours, theirs in zip(base.causes.rungs, own.causes.rungs, strict=True):
        assert ours.fnmr.value == theirs.fnmr.value
        assert ours.similarity == pytest.approx(theirs.similarity, abs=1e-6)
    assert mean_failures(base, OCCLUDED) > 0
    assert cut(own, base, OCCLUDED).value == pytest.approx(0.0)


def test_a_cut_is_the_share_of_failures_that_is_gone(models: list[Examined]) -> None:
    """Groups weigh the same, however many conditions they have; the same people in both."""
    base = models[0]
    count = len(base.people)
    half = np.arange(count) % 2 == 0
    failed = {name: np.ones(count) for name in base.covered.failed}
    fewer = failed | {"block 0.1": half.astype(np.float64)}
    ones = replace(base, covered=replace(base.covered, failed=failed))
    less = replace(base, covered=replace(base.covered, failed=fewer))

    found = cut(less, ones, OCCLUDED)

    assert 1.0 == mean_failures(ones, OCCLUDED)
    assert 1 - 0.5 / 6 == pytest.approx(mean_failures(less, OCCLUDED))
    assert 0.5 / 6 == pytest.approx(found.value)
    assert found.low <= found.value <= found.high


def test_without_failures_nothing_can_be_cut(models: list[Examined]) -> None:
    """No number, rather than a hundred per cent."""
    never = {name: np.zeros(PROBES) for name in models[0].covered.failed}
    base = replace(models[0], covered=replace(models[0].covered, failed=never))

    assert np.isnan(cut(models[1], base, OCCLUDED).value)


def test_the_worst_condition_counts_for_false_matches(models: list[Examined]) -> None:
    """Of those of the goals, on either list; the others do not."""
    base = models[0]
    spoiled = [
        replace(rung, fmr={"iso 6400": 0.4, "jpeg 5": 0.9}.get(rung.name, 0.0))
        for rung in base.causes.rungs
    ]

    other = replace(base, causes=replace(base.causes, rungs=spoiled))

    assert 0.4 == most_false_matches(other, SPOILED)


def test_a_baseline_has_no_relative_numbers(report: Report) -> None:
    """Nothing is compared with itself; the other model has all goals of the issue."""
    base = {number.metric for number in report.goals["made"]}
    own = {number.metric: number for number in report.goals["learned"]}

    assert {
        "LFW accuracy lost",
        "occluded: FNMR cut",
        "noise and low resolution: FNMR cut",
        "clean crops: time, times baseline",
        "ISO 12800: time, times baseline",
        "ISO ladder on the article's curve: RMSE",
        "occlusion patterns: top-1",
    } <= own.keys() - base
    assert 18 == sum(bool(number.goal) for number in own.values())
    assert (1.2, "≤ 1.3") == (
        own["clean crops: time, times baseline"].reached,
        own["clean crops: time, times baseline"].goal,
    )


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
    assert 11 == reader.count["h2"]
    assert reader.count["svg"] >= 5
    assert "nan" not in text.lower()


def test_the_page_says_the_numbers_of_the_models(report: Report, text: str) -> None:
    """Those of the goals, marked, and a rung of a ladder."""
    number = next(it for it in report.goals["learned"] if it.metric.startswith("clean crops: time"))
    kind = mark(number.goal, number.reached).value
    assert f'<td class="{kind}">1.2</td>' in text
    rung = report.models[1].causes.of("iso")[-1]
    row = re.search(r"<tr><td>iso 12800</td>(.*?)</tr>", text)
    assert row is not None
    assert f"<td>{rung.quality:.3f}</td><td>{rung.similarity:.3f}</td>" in row[1]


def test_the_same_numbers_make_the_same_page(report: Report, text: str) -> None:
    """To the last byte: a change of the page is a change of a number."""
    assert text == page(report.models, report.goals, report.costs, date=report.date)


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
