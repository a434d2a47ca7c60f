"""The goals of a report: all of them, whatever was measured."""

from dataclasses import replace

import pytest

from evaluation.examination import Examined
from evaluation.goals import listed
from evaluation.goals.number import unmeasured
from evaluation.report import Report
from tests.examinations import COSTS

GOALS = {
    "LFW accuracy lost": "≤ 0.1",
    "occluded: FNMR cut": "≥ 60",
    "noise and low resolution: FNMR cut": "≥ 60",
    "false matches at the line, worst of those conditions, times clean": "≤ 1.2",
    "occlusion patterns: top-1": "≥ 0.6",
    "occlusion patterns: mean IoU": "≥ 0.6",
    "quality: pAUC@.3 on mixed degradations (aim .7)": "≤ 0.8",
    "quality: of 3 simple measures, beaten without overlap of intervals": "≥ 3",
    "quality: of 11 severity ladders, those on which it never rises": "≥ 11",
    "quality: of 14 occlusion ladders, those on which it never rises": "≥ 14",
    "quality: Spearman of means with similarity, worst ladder": "≥ 0.8",
    "quality: Spearman with similarity over all probes of all ladders": "≥ 0.8",
    "ISO ladder on the article's curve: RMSE": "≤ 0.05",
    "repeated shots, quality ≥ .6: spread of similarity": "≤ 0.03",
    "Ccal, worst of these": "≤ 0.02",
    "non-faces: AUROC (aim .99)": "≥ 0.95",
    "non-faces: FPR95": "≤ 0.2",
    "open set: FPIR at predicted lines, farthest from target, as a factor": "≤ 1.5",
    "clean crops: time, times baseline": "≤ 1.3",
    "crops looked at twice (ISO 12800): time, times baseline": "≤ 2.3",
}
"""All of the issue, and those of `methods` G that it leaves out."""


def test_a_model_has_all_goals(report: Report) -> None:
    """A row each, in these words: a goal that is gone would be a goal that is always met."""
    own = {it.metric: it.goal for it in report.goals["learned"] if it.goal}

    assert GOALS == own


def test_a_baseline_has_no_relative_numbers(report: Report) -> None:
    """Nothing is compared with itself, and no metric is there twice."""
    base = [number.metric for number in report.goals["made"]]
    own = {number.metric: number for number in report.goals["learned"]}

    assert len(base) == len(set(base))
    assert len(own) == len(report.goals["learned"])
    assert {
        "LFW accuracy lost",
        "occluded: FNMR cut",
        "noise and low resolution: FNMR cut",
        "clean crops: time, times baseline",
        "ISO ladder on the article's curve: RMSE",
        "occlusion patterns: top-1",
    } <= own.keys() - base
    assert 1.2 == pytest.approx(own["clean crops: time, times baseline"].reached)


def test_a_model_that_does_not_tell_misses_those_goals(models: list[Examined]) -> None:
    """It names no pattern and has no curve of the article: its goals stay, without a number."""
    mute = replace(models[0], name="learned")

    found = listed.numbers(mute, models[0], COSTS)

    assert {
        "occlusion patterns: top-1",
        "occlusion patterns: mean IoU",
        "ISO ladder on the article's curve: RMSE",
    } <= set(unmeasured(found))
    assert GOALS.keys() == {it.metric for it in found if it.goal}


def test_a_tenth_of_a_point_is_a_tenth_of_a_point(models: list[Examined]) -> None:
    """99.4 less 99.3 is no more than .1, whatever binary fractions make of it."""
    base, own = (
        replace(
            each,
            verification=replace(
                each.verification,
                verified=replace(each.verification.verified, accuracy=accuracy),
            ),
        )
        for each, accuracy in zip(models, (0.994, 0.993), strict=True)
    )

    [lost] = [it for it in listed.numbers(own, base, COSTS) if it.metric == "LFW accuracy lost"]

    assert 0.1 == lost.reached
