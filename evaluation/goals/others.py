"""What is no face, who is not enrolled, and what all this costs."""

from collections.abc import Iterator

from evaluation.examination import Examined
from evaluation.goals.number import NONE, Number
from evaluation.parts.cost import Cost
from evaluation.parts.nonfaces import ALL


def numbers(own: Examined) -> Iterator[Number]:
    """Non-faces and open sets."""
    separated = own.nonfaces.by_uncertainty or own.nonfaces.by_quality
    whole = separated[ALL]
    yield Number(metric="non-faces: AUROC (aim .99)", goal="≥ 0.95", reached=whole.auroc)
    worst = min(each.auroc for name, each in separated.items() if name != ALL)
    yield Number(metric="non-faces: AUROC of the worst kind", reached=worst)
    yield Number(metric="non-faces: FPR95", goal="≤ 0.2", reached=whole.fpr95)
    for point in own.openset.points:
        metric = f"open set, N = {point.size}: FNIR at FPIR {point.target:g}"
        yield Number(metric=metric, reached=point.fnir.value)
    off = [
        _off(point.fpir, point.target, least=1 / own.openset.searches[point.size][1])
        for point in own.openset.points
    ]
    metric = "open set: FPIR at predicted lines, farthest from target, as a factor"
    yield Number(metric=metric, goal="≤ 1.5", reached=max(off, default=NONE))


def cost(own: Cost, base: Cost | None) -> Iterator[Number]:
    """What a crop costs, and what it would cost without all this."""
    yield Number(metric="one clean crop, one thread", reached=own.clean.mean_ms, unit="ms")
    for name, times in (("clean crops", own.clean), ("ISO 12800", own.spoiled)):
        if times.twice is not None:
            yield Number(metric=f"{name}: share looked at twice", reached=times.twice)
    if base:
        clean, again = own.ratios(base)
        yield Number(metric="clean crops: time, times baseline", goal="≤ 1.3", reached=clean)
        metric = "crops looked at twice (ISO 12800): time, times baseline"
        yield Number(metric=metric, goal="≤ 2.3", reached=again)


def _off(reached: float, target: float, *, least: float) -> float:
    """Too many and too few alike: 2 is twice or half of the target. None at all is `least`."""
    found = max(reached, least)
    return max(found / target, target / found)
