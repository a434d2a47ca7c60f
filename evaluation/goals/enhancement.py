"""Who is recognised with enhancement that is not without, and who is harmed by it."""

from collections.abc import Iterator

from evaluation.cuts import gone
from evaluation.enhancement.examination import Examined
from evaluation.enhancement.graphs import BATCH
from evaluation.enhancement.looks import ENHANCED, RAW
from evaluation.enhancement.outcomes import Outcome
from evaluation.enhancement.settings import ANY, CLEAN, LIGHT, LOW
from evaluation.enhancement.ways import CHAIN, NOT_DENOISED
from evaluation.goals.number import NONE, Number
from evaluation.measures import bootstrap
from evaluation.measures.matching import FALSE_MATCH_RATE


def numbers(found: Examined, name: str) -> list[Number]:
    """All of one embedder; what compares with the baseline is of the others only."""
    base, *others = found.embedders
    own = [*_rows(found, name)]
    if name in others:
        own += [*_gained(found, name, base), *_by_size(found, name)]
        own += [*_kept(found, name), *_parts(found, name)]
        own += _cost(found)
    return own


def _rows(found: Examined, name: str) -> Iterator[Number]:
    for row in found.rows:
        if row.embedder == name:
            it = found.sets[LOW][row.name]
            yield Number(metric=f"{LOW}, {row.way.name}: FNMR at the line", reached=it.fnmr.value)
            metric = f"{LOW}, {row.way.name}: false matches at the line, times clean"
            yield Number(metric=metric, reached=_times_clean(it))
            metric = f"{LOW}, {row.way.name}: rank-1 among {found.searched}"
            yield Number(metric=metric, reached=100 * it.rank1.value, unit="%")


def _gained(found: Examined, name: str, base: str) -> Iterator[Number]:
    frozen = found.sets[LOW][f"{base}: {RAW}"]
    raw, chain = (_of(found, LOW, name, way) for way in (RAW, CHAIN))
    metric = f"{LOW}: FNMR cut by the whole chain, against {base} on raw crops"
    yield Number(metric=metric, goal="≥ 65", reached=_cut(chain, frozen), unit="%")
    metric = f"{LOW}: rank-1 gained by the whole chain, against {base} on raw crops"
    reached = 100 * (chain.rank1.value - frozen.rank1.value) if chain else NONE
    yield Number(metric=metric, goal="≥ 20", reached=reached, unit="points")
    metric = f"{LOW}: false matches of the whole chain, times clean"
    reached = _times_clean(chain) if chain else NONE
    yield Number(metric=metric, goal="≤ 1.2", reached=reached)
    metric = f"{LOW}: false matches of the whole chain, times {base} on raw crops"
    reached = chain.fmr.value / frozen.fmr.value if chain and frozen.fmr.value else NONE
    yield Number(metric=metric, reached=reached)
    metric = f"{LOW}: FNMR cut by enhancement alone, against the same embedder on raw crops"
    yield Number(metric=metric, goal="≥ 20", reached=_cut(chain, raw), unit="%")


def _by_size(found: Examined, name: str) -> Iterator[Number]:
    """By pixels between the eyes: what enhancement is worth depends on them most."""
    for size, outcomes in found.bins.items():
        raw, chain = (outcomes.get(f"{name}: {way}") for way in (RAW, CHAIN))
        metric = f"{ANY}, {size} between the eyes: FNMR"
        yield Number(metric=f"{metric}, raw", reached=raw.fnmr.value if raw else NONE)
        yield Number(metric=f"{metric}, {CHAIN}", reached=chain.fnmr.value if chain else NONE)
        yield Number(metric=f"{metric} cut", reached=_cut(chain, raw) if raw else NONE, unit="%")


def _kept(found: Examined, name: str) -> Iterator[Number]:
    """A loss is measurable if all of its interval is one."""
    for name_of_set in (CLEAN, LIGHT):
        raw, chain = (_of(found, name_of_set, name, way) for way in (RAW, CHAIN))
        added = None
        if raw and chain:
            added = bootstrap.mean(chain.failed - raw.failed, raw.people)
        metric = f"{name_of_set}: FNMR added by enhancement, low end of its interval"
        reached = 100 * added.low if added else NONE
        yield Number(metric=metric, goal="≤ 0", reached=reached, unit="points")
        metric = f"{name_of_set}: FNMR added by enhancement"
        reached = 100 * added.value if added else NONE
        yield Number(metric=metric, reached=reached, unit="points")
        metric = f"{name_of_set}: share enhanced"
        yield Number(metric=metric, reached=chain.enhanced if chain else NONE)


def _parts(found: Examined, name: str) -> Iterator[Number]:
    """The ablations of source article 001."""
    chain, noisy, unfused = (_of(found, LOW, name, way) for way in (CHAIN, NOT_DENOISED, ENHANCED))
    metric = f"{LOW}: FNMR added without denoising"
    reached = 100 * (noisy.fnmr.value - chain.fnmr.value) if noisy and chain else NONE
    yield Number(metric=metric, goal="> 0", reached=reached, unit="points")
    metric = f"{LOW}: false matches added without fusion"
    reached = 1e6 * (unfused.fmr.value - chain.fmr.value) if unfused and chain else NONE
    yield Number(metric=metric, goal="> 0", reached=reached, unit="of a million")


def _cost(found: Examined) -> Iterator[Number]:
    reached = found.times.enhancer_ms
    yield Number(metric="enhancer: one crop, one core", goal="≤ 60", reached=reached, unit="ms")
    metric = f"enhancer: crops a second, {BATCH} at once, one core"
    yield Number(metric=metric, reached=found.times.batched_per_s)


def _of(found: Examined, name_of_set: str, name: str, way: str) -> Outcome | None:
    return found.sets[name_of_set].get(f"{name}: {way}")


def _cut(own: Outcome | None, base: Outcome | None) -> float:
    if not (own and base):
        return NONE
    return 100 * gone(own.failed, base.failed, own.people).value


def _times_clean(it: Outcome) -> float:
    return it.fmr.value / FALSE_MATCH_RATE
