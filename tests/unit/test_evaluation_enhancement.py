"""With an enhancer and without: all rows under all settings, their goals, and the page."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation import report as reports
from evaluation.enhancement.ladders import ladders
from evaluation.enhancement.run import Measured, write
from evaluation.enhancement.settings import ANY, BINS, CLEAN, ENLARGED, FAR, LIGHT, LOW
from evaluation.goals import enhancement as goals
from evaluation.goals.number import unmeasured
from evaluation.measures.bootstrap import Interval
from evaluation.page.enhancement import section
from evaluation.page.html import render
from evaluation.report import Report
from evaluation.written import to_json
from tests import enhancements

pytestmark = pytest.mark.timeout(600)  # forty settings, on a busy machine

ROWS = [
    "mobilefacenet: raw",
    "mobilefacenet: denoise only",
    "mobilefacenet: super-resolution only",
    "mobilefacenet: enhanced",
    "sureface: raw",
    "sureface: denoise only",
    "sureface: super-resolution only",
    "sureface: enhanced",
    "sureface: super-resolution only + fusion",
    "sureface: enhanced + fusion",
]

GOALS = {
    "low quality: FNMR cut by the whole chain, against mobilefacenet on raw crops": "≥ 65",
    "low quality: rank-1 gained by the whole chain, against mobilefacenet on raw crops": "≥ 20",
    "low quality: false matches of the whole chain, times clean": "≤ 1.2",
    "low quality: FNMR cut by enhancement alone, against the same embedder on raw crops": "≥ 20",
    "clean: FNMR added by enhancement, low end of its interval": "≤ 0",
    "lightly degraded: FNMR added by enhancement, low end of its interval": "≤ 0",
    "low quality: FNMR added without denoising": "> 0",
    "low quality: false matches added without fusion": "> 0",
    "enhancer: one crop, one core": "≤ 60",
}
"""All of the issue; that of the gateway is of a bench."""


@pytest.fixture(name="found", scope="module")
def _found(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """The enhancer draws somebody else into every crop, a little."""
    return enhancements.measured(tmp_path_factory.mktemp("measured"))


def reached(found: Measured, metric: str) -> float:
    [number] = [it for it in found.goals["sureface"] if it.metric == metric]
    return number.reached


def changed(found: Measured, name_of_set: str, row: str, **values: object) -> Measured:
    """The same, with other numbers in one row of a set."""
    old = found.examined.sets[name_of_set]
    it = replace(old[row], **values)  # type: ignore[arg-type]  # fields of an outcome
    sets = found.examined.sets | {name_of_set: {**old, row: it}}
    examined = replace(found.examined, sets=sets)
    numbers = {name: goals.numbers(examined, name) for name in examined.embedders}
    return replace(found, examined=examined, goals=numbers)


def exactly(value: float) -> Interval:
    return Interval(value=value, low=value, high=value)


def failing(*rows: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of six probes, these."""
    failed = np.zeros(6)
    failed[list(rows)] = 1
    return failed


def test_every_row_is_there_under_every_setting(found: Measured) -> None:
    """Of both embedders, all with the same probes; fused only where there is a gate."""
    examined = found.examined

    assert ROWS == [row.name for row in examined.rows]
    assert [LOW, ANY, LIGHT, CLEAN] == list(examined.sets)
    assert [each.name for each in ladders()] == [rung.name for rung in examined.ladders]
    tables = [*examined.sets.values(), *examined.halves.values(), *examined.bins.values()]
    tables += [rung.outcomes for rung in examined.ladders]
    assert all(ROWS == list(outcomes) for outcomes in tables)
    assert {6} == {it.count for outcomes in examined.sets.values() for it in outcomes.values()}
    assert (1.0, 0.25) == (examined.enhance_below, examined.min_enhanced_similarity)
    assert 6 + 8 == examined.searched


def test_parts_share_the_probes_of_a_set(found: Measured) -> None:
    """Each is in one of them."""
    bins, halves = found.examined.bins, found.examined.halves

    assert (6, 6) == tuple(
        sum(outcomes[ROWS[0]].count for outcomes in parts.values()) for parts in (bins, halves)
    )
    assert set(bins) <= set(BINS)
    assert set(halves) <= {FAR, ENLARGED}


def test_raw_rows_are_not_enhanced_and_the_others_are(found: Measured) -> None:
    """Below quality 1 is everybody."""
    for outcomes in found.examined.sets.values():
        shares = {name: it.enhanced for name, it in outcomes.items()}
        assert {1.0} == {share for name, share in shares.items() if not name.endswith(": raw")}
        assert {0.0} == {share for name, share in shares.items() if name.endswith(": raw")}


def test_an_embedder_has_all_goals(found: Measured) -> None:
    """In these words: a goal that is gone would be a goal that is always met."""
    assert GOALS == {it.metric: it.goal for it in found.goals["sureface"] if it.goal}
    assert [] == [it.metric for it in found.goals["mobilefacenet"] if it.goal]
    metrics = [it.metric for it in found.goals["sureface"]]
    assert len(metrics) == len(set(metrics))


def test_cuts_are_of_failures_and_gains_of_searches(found: Measured) -> None:
    """The whole chain against the frozen embedder, and against its own on raw crops."""
    made = changed(found, LOW, "mobilefacenet: raw", failed=failing(0, 1, 2, 3), rank1=exactly(0.5))
    made = changed(made, LOW, "sureface: raw", failed=failing(0, 1))
    chain = {"failed": failing(0), "rank1": exactly(0.75), "fmr": exactly(0.0015)}
    made = changed(made, LOW, "sureface: enhanced + fusion", **chain)

    words = list(GOALS)

    assert [75.0, 25.0, 1.5, 50.0] == pytest.approx([reached(made, word) for word in words[:4]])


def test_only_a_loss_that_is_sure_is_measurable(found: Measured) -> None:
    """One probe of six may be chance; all of them are not."""
    metric = "clean: FNMR added by enhancement, low end of its interval"
    raw = changed(found, CLEAN, "sureface: raw", failed=failing())
    one, all_of_them = (
        changed(raw, CLEAN, "sureface: enhanced + fusion", failed=failing(*rows))
        for rows in ([0], range(6))
    )

    assert 0.0 == reached(one, metric)
    assert 100.0 == reached(all_of_them, metric)
    assert 100 / 6 == pytest.approx(reached(one, "clean: FNMR added by enhancement"))


def test_ablations_are_differences_from_the_chain(found: Measured) -> None:
    """More failures without denoising, more false matches without fusion."""
    made = changed(found, LOW, "sureface: enhanced + fusion", fnmr=exactly(0.2), fmr=exactly(1e-3))
    made = changed(made, LOW, "sureface: super-resolution only + fusion", fnmr=exactly(0.3))
    made = changed(made, LOW, "sureface: enhanced", fmr=exactly(1.5e-3))

    noisy = reached(made, "low quality: FNMR added without denoising")
    unfused = reached(made, "low quality: false matches added without fusion")

    assert (10.0, 500.0) == pytest.approx((noisy, unfused))


def test_without_a_gate_goals_are_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no chain: its goals are named, none drops out in silence."""
    monkeypatch.setattr("evaluation.enhancement.examination.ladders", lambda: ladders()[:1])

    found = enhancements.measured(tmp_path, gate=False, choose=False)

    chain = [metric for metric in GOALS if not metric.startswith("enhancer")]
    assert chain == unmeasured(found.goals["sureface"])
    assert [f"sureface: not measured: {metric}" for metric in chain] == found.missing()
    assert [] == found.scenes


def test_rows_for_the_results_are_named_after_their_embedder(found: Measured) -> None:
    """Goals are judged for all but the baseline."""
    rows = found.rows()

    assert len(rows) == len({row.metric for row in rows})
    assert {"sureface", "mobilefacenet"} == {row.metric.partition(":")[0] for row in rows}
    judged = [row for row in rows if row.goal]
    assert judged
    assert all(row.metric.startswith("sureface: ") for row in judged)


def test_everything_is_timed(found: Measured) -> None:
    """Each part for itself."""
    times = found.examined.times

    assert ["mobilefacenet", "sureface"] == list(times.embedder_ms)
    assert ["sureface"] == list(times.gate_ms)
    assert times.resolver_ms is not None
    assert min(times.enhancer_ms, times.resolver_ms, times.batched_per_s) > 0


def test_the_page_says_the_numbers(found: Measured, tmp_path: Path) -> None:
    """Every row of every table, goals first, scenes last; the JSON the same, without arrays."""
    write(found, tmp_path)

    text = (tmp_path / "enhancement.html").read_text(encoding="utf-8")
    assert "<h2>Enhancement</h2>" in text
    assert "<h2>Where scenes should enhance</h2>" in text
    it = found.examined.sets[LOW]["sureface: enhanced"]
    lines = re.findall(r"<tr><td>sureface: enhanced</td>(.*?)</tr>", text)
    assert f"<td>{it.fnmr.value:.3f} ({it.fnmr.low:.3f} to {it.fnmr.high:.3f})</td>" in lines[0]
    tables = found.examined.sets | found.examined.halves | found.examined.bins
    assert len(tables) == len(lines)
    assert all(metric.split(":")[0] in text for metric in GOALS)
    assert len(ladders()) * 2 == len(
        re.findall(r"<tr><td>(?:ISO and|enlarged|blur|JPEG|scenes)", text)
    )
    assert "nan" not in text.lower()
    document = json.loads((tmp_path / "enhancement.json").read_text(encoding="utf-8"))
    assert it.fnmr.value == document["examined"]["sets"][LOW]["sureface: enhanced"]["fnmr"]["value"]
    assert "failed" not in document["examined"]["sets"][LOW]["sureface: enhanced"]


def test_the_report_has_it_as_a_section(report: Report, found: Measured, tmp_path: Path) -> None:
    """Where there is an enhancer; without one the page is as before."""
    reports.write(replace(report, enhanced=found), tmp_path)

    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    alone = render("", [], [section(found.examined, found.goals)])
    assert '<section id="enhancement">' in text
    assert alone.partition('<section id="enhancement">')[2].partition("</section>")[0] in text
    assert "sets" in json.loads(to_json(replace(report, enhanced=found)))["enhanced"]["examined"]
    assert report.enhanced is None
