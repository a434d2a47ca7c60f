"""Who is recognised: clean, spoiled and covered, and whether what covers is named."""

from collections.abc import Iterator, Sequence

import numpy as np

from degradations import SCENES
from evaluation.conditions import OCCLUDED, SPOILED
from evaluation.cuts import cut, mean_failures, most_false_matches
from evaluation.examination import Examined
from evaluation.goals.number import NONE, Number
from evaluation.measures.matching import FALSE_MATCH_RATE
from evaluation.measures.patterns import Named

_GROUPS = (("occluded", OCCLUDED), ("noise and low resolution", SPOILED))

_FINE = 6
"""Digits of a percentage: three pairs of 3,000 are .1 points, not .1000000000000085."""


def clean(own: Examined, base: Examined | None) -> Iterator[Number]:
    """Clean photos."""
    accuracy = 100 * own.verification.verified.accuracy
    yield Number(metric="LFW folds 1-5: accuracy", reached=accuracy, unit="%")
    rate = own.verification.verified.match_rates[1e-3].value
    yield Number(metric="LFW folds 1-5: true matches at FMR 1e-3", reached=100 * rate, unit="%")
    yield Number(metric="clean: FNMR at the line", reached=own.verification.fnmr.value)
    if base:
        lost = round(100 * base.verification.verified.accuracy - accuracy, _FINE)
        yield Number(metric="LFW accuracy lost", goal="≤ 0.1", reached=lost, unit="points")


def spoiled(own: Examined, base: Examined | None) -> Iterator[Number]:
    """Behind things, in noise, far away; and strangers under the same conditions."""
    for name, groups in _GROUPS:
        yield Number(metric=f"{name}: mean FNMR at the line", reached=mean_failures(own, groups))
        for group, members in groups.items():
            rate = mean_failures(own, {group: members})
            yield Number(metric=f"{group}: FNMR at the line", reached=rate)
        if base:
            gone = 100 * cut(own, base, groups).value
            yield Number(metric=f"{name}: FNMR cut", goal="≥ 60", reached=gone, unit="%")
    worst = max(most_false_matches(own, groups) for _, groups in _GROUPS) / FALSE_MATCH_RATE
    metric = "false matches at the line, worst of those conditions, times clean"
    yield Number(metric=metric, goal="≤ 1.2", reached=worst)
    for scene in SCENES:
        [usual] = [rung for rung in own.causes.of(scene.name) if rung.severity == 1]
        yield Number(metric=f"{scene.name}: FNMR at the line", reached=usual.fnmr.value)
        yield Number(metric=f"{scene.name}: mean quality", reached=usual.quality)


def patterns(own: Examined, *, learned: bool) -> Iterator[Number]:
    """Over all conditions that count for the occluded ones, each weighing the same."""
    members = [name for group in OCCLUDED.values() for name in group]
    named = [rung.named for rung in own.covered.rungs if rung.name in members and rung.named]
    if not (named or learned):
        return
    yield Number(metric="occlusion patterns: top-1", goal="≥ 0.6", reached=_mean(named, "top1"))
    metric = "occlusion patterns: mean IoU"
    yield Number(metric=metric, goal="≥ 0.6", reached=_mean(named, "overlap"))
    metric = "occlusion patterns: mean IoU with the mask"
    yield Number(metric=metric, reached=_mean(named, "mask_overlap"))
    metric = "occlusion patterns: the most that could be"
    yield Number(metric=metric, reached=_mean(named, "most"))
    free = own.verification.called_free
    metric = "occlusion patterns: clean photos called free"
    yield Number(metric=metric, reached=NONE if free is None else free)


def _mean(named: Sequence[Named], field: str) -> float:
    return float(np.mean([getattr(each, field) for each in named])) if named else NONE
