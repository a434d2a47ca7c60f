"""The numbers that the goals of the learned judgement speak of, from what was measured.

Relative numbers compare with a baseline, the first model of a report; it has none of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from evaluation.conditions import OCCLUDED, SPOILED
from evaluation.cuts import cut, mean_failures, most_false_matches
from evaluation.examination import Examined
from evaluation.parts.cost import Cost
from evaluation.parts.nonfaces import ALL

MAIN = "everyday"
"""The set of mixed degradations that goals are set on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number and its goal."""

    metric: str
    goal: str = ""
    """As `bench.goal` reads it; empty if the number is only reported."""

    reached: float
    unit: str = ""


def numbers(own: Examined, base: Examined | None, costs: Mapping[str, Cost]) -> list[Number]:
    """All of them for one model; `base` is None for the baseline itself."""
    return [
        number
        for part in (_clean, _recognition, _patterns, _quality, _rest)
        for number in part(own, base)
    ] + list(_cost(own, base, costs))


def _clean(own: Examined, base: Examined | None) -> Iterator[Number]:
    accuracy = 100 * own.verification.verified.accuracy
    yield Number(metric="LFW folds 1-5: accuracy", reached=accuracy, unit="%")
    rate = own.verification.verified.match_rates[1e-3].value
    yield Number(metric="LFW folds 1-5: true matches at FMR 1e-3", reached=100 * rate, unit="%")
    yield Number(metric="clean: FNMR at the line", reached=own.verification.fnmr.value)
    if base:
        lost = 100 * base.verification.verified.accuracy - accuracy
        yield Number(metric="LFW accuracy lost", goal="≤ 0.1", reached=lost, unit="points")


def _recognition(own: Examined, base: Examined | None) -> Iterator[Number]:
    named = (("occluded", OCCLUDED), ("noise and low resolution", SPOILED))
    for name, groups in named:
        yield Number(metric=f"{name}: mean FNMR at the line", reached=mean_failures(own, groups))
        for group, members in groups.items():
            rate = mean_failures(own, {group: members})
            yield Number(metric=f"{group}: FNMR at the line", reached=rate)
        if base:
            gone = 100 * cut(own, base, groups).value
            yield Number(metric=f"{name}: FNMR cut", goal="≥ 60", reached=gone, unit="%")
    worst = max(most_false_matches(own, groups) for _, groups in named)
    metric = "false matches at the line, worst of those conditions, times clean"
    yield Number(metric=metric, goal="≤ 1.2", reached=worst / 1e-3)


def _patterns(own: Examined, _base: Examined | None) -> Iterator[Number]:
    members = [name for group in OCCLUDED.values() for name in group]
    named = [rung.named for rung in own.covered.rungs if rung.name in members and rung.named]
    if named:
        top1 = float(np.mean([each.top1 for each in named]))
        overlap = float(np.mean([each.overlap for each in named]))
        inside = float(np.mean([each.mask_overlap for each in named]))
        most = float(np.mean([each.most for each in named]))
        yield Number(metric="occlusion patterns: top-1", goal="≥ 0.6", reached=top1)
        yield Number(metric="occlusion patterns: mean IoU", goal="≥ 0.6", reached=overlap)
        yield Number(metric="occlusion patterns: mean IoU with the mask", reached=inside)
        yield Number(metric="occlusion patterns: the most that could be", reached=most)


def _quality(own: Examined, _base: Examined | None) -> Iterator[Number]:
    found, followed = own.discarding[MAIN], own.causes_followed
    area = found.areas["quality"][0]
    yield Number(metric="quality: pAUC@.3 on mixed degradations", goal="≤ 0.8", reached=area)
    for name, other in own.discarding.items():
        if name != MAIN:
            metric = f"quality: pAUC@.3 on the {name} set"
            yield Number(metric=metric, reached=other.areas["quality"][0])
    others = len(found.areas) - 1
    metric = f"quality: of {others} simple measures, beaten without overlap of intervals"
    yield Number(metric=metric, goal=f"≥ {others}", reached=len(found.beaten()))
    for name, it in (("severity", followed), ("occlusion", own.covered_followed)):
        count = len(it.rises)
        metric = f"quality: of {count} {name} ladders, those on which it never rises"
        yield Number(metric=metric, goal=f"≥ {count}", reached=it.monotone())
    least = min(followed.means.values())
    metric = "quality: Spearman of means with similarity, worst ladder"
    yield Number(metric=metric, goal="≥ 0.8", reached=least)
    metric = "quality: Spearman with similarity over all probes of all ladders"
    yield Number(metric=metric, goal="≥ 0.8", reached=followed.probes)
    if own.likeness.parity is not None:
        metric = "ISO ladder on the article's curve: RMSE"
        yield Number(metric=metric, goal="≤ 0.05", reached=own.likeness.parity)


def _rest(own: Examined, _base: Examined | None) -> Iterator[Number]:
    good, bad = own.shots.good, own.shots.bad
    metric = "repeated shots, quality ≥ .6: spread of similarity"
    yield Number(metric=metric, goal="≤ 0.03", reached=good.spread)
    metric = "repeated shots, quality < .4: spread of similarity"
    yield Number(metric=metric, reached=bad.spread)
    separated = own.nonfaces.by_uncertainty or own.nonfaces.by_quality
    yield Number(metric="non-faces: AUROC", goal="≥ 0.95", reached=separated[ALL].auroc)
    kinds = {name: each.auroc for name, each in separated.items() if name != ALL}
    worst = min(kinds, key=lambda name: kinds[name])
    yield Number(metric="non-faces: AUROC of the worst kind", reached=kinds[worst])
    yield Number(metric="non-faces: FPR95", goal="≤ 0.2", reached=separated[ALL].fpr95)
    for point in own.openset.points:
        metric = f"open set, N = {point.size}: FNIR at FPIR {point.target:g}"
        yield Number(metric=metric, reached=point.fnir.value)
    off = [point.fpir / point.target for point in own.openset.points]
    if off:
        metric = "open set: FPIR at predicted lines, times target, highest"
        yield Number(metric=metric, reached=max(off))
    yield Number(metric="quality: ECE on mixed degradations", reached=own.calibrated[MAIN].error)
    for each in own.calibrated[MAIN].costs[:4]:
        yield Number(metric=f"Ccal, {each.name}", reached=each.calibration, unit="bit")


def _cost(own: Examined, base: Examined | None, costs: Mapping[str, Cost]) -> Iterator[Number]:
    cost = costs[own.name]
    yield Number(metric="one crop, one thread", reached=cost.clean_ms, unit="ms")
    if base:
        plain = costs[base.name]
        clean, spoiled = cost.clean_ms / plain.clean_ms, cost.spoiled_ms / plain.spoiled_ms
        yield Number(metric="clean crops: time, times baseline", goal="≤ 1.3", reached=clean)
        yield Number(metric="ISO 12800: time, times baseline", goal="≤ 2.3", reached=spoiled)
