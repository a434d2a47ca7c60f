"""Whether quality knows what will fail, and follows what happens to a photo."""

from collections.abc import Iterator

from evaluation.examination import Examined
from evaluation.goals.number import MAIN, NONE, Number
from evaluation.parts.discarding import QUALITY


def numbers(own: Examined, *, learned: bool) -> Iterator[Number]:
    """All of them."""
    yield from _discarding(own)
    yield from _ladders(own)
    if own.likeness.parity is not None or learned:
        rmse = NONE if own.likeness.parity is None else own.likeness.parity
        metric = "ISO ladder on the article's curve: RMSE"
        yield Number(metric=metric, goal="≤ 0.05", reached=rmse)
    metric = "repeated shots, quality ≥ .6: spread of similarity"
    yield Number(metric=metric, goal="≤ 0.03", reached=own.shots.good.spread)
    metric = "repeated shots, quality < .4: spread of similarity"
    yield Number(metric=metric, reached=own.shots.bad.spread)
    yield from _calibration(own)


def _discarding(own: Examined) -> Iterator[Number]:
    found = own.discarding[MAIN]
    metric = "quality: pAUC@.3 on mixed degradations (aim .7)"
    yield Number(metric=metric, goal="≤ 0.8", reached=found.areas[QUALITY][0])
    rivals = [name for name in found.areas if name != QUALITY]
    for name in rivals:
        area = found.areas[name][0]
        yield Number(metric=f"{name} alone: pAUC@.3 on mixed degradations", reached=area)
    count = len(rivals)
    metric = f"quality: of {count} simple measures, beaten without overlap of intervals"
    yield Number(metric=metric, goal=f"≥ {count}", reached=len(found.beaten()))
    for name, other in own.discarding.items():
        if name != MAIN:
            metric = f"quality: pAUC@.3 on the {name} set"
            yield Number(metric=metric, reached=other.areas[QUALITY][0])
            metric = f"quality: simple measures beaten on the {name} set"
            yield Number(metric=metric, reached=len(other.beaten()))


def _ladders(own: Examined) -> Iterator[Number]:
    for name, it in (("severity", own.causes_followed), ("occlusion", own.covered_followed)):
        count = len(it.rises)
        metric = f"quality: of {count} {name} ladders, those on which it never rises"
        yield Number(metric=metric, goal=f"≥ {count}", reached=it.monotone())
    metric = "quality: Spearman of means with similarity, worst ladder"
    yield Number(metric=metric, goal="≥ 0.8", reached=own.causes_followed.worst())
    metric = "quality: Spearman with similarity over all probes of all ladders"
    yield Number(metric=metric, goal="≥ 0.8", reached=own.causes_followed.probes)


def _calibration(own: Examined) -> Iterator[Number]:
    yield Number(metric="quality: ECE on mixed degradations", reached=own.calibrated[MAIN].error)
    costs = {
        f"{name}, {each.name}": each.calibration
        for name in ("clean", MAIN)
        for each in (own.calibrated[name].alone, own.calibrated[name].aware)
    }
    for name, cost in costs.items():
        yield Number(metric=f"Ccal, {name}", reached=cost, unit="bit")
    worst = max(costs.values())
    yield Number(metric="Ccal, worst of these", goal="≤ 0.02", reached=worst, unit="bit")
