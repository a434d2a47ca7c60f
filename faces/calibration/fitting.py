"""Fits a calibration to photos of people, all of whom are compared with all others."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from faces.calibration.calibration import Calibration, Counts, quantiles
from faces.calibration.evidence import Evidence
from faces.calibration.growth import growth
from faces.calibration.likelihood import Events
from faces.calibration.pairs import BLOCK, Pairs, Photos, compared, joined
from faces.calibration.tail import Numbers, Tail

FEWEST_PEOPLE = 20
"""With fewer there are too few strangers to say anything of rare ones."""

TAIL_SHARE = 0.002
"""Of the comparisons of strangers that are taken for the tail; more if there are few."""

TAIL_COUNT = 400
"""Comparisons that the tail should have, at least."""

_LARGEST_SHARE = 0.05
_SAMPLED = 400_000
"""Comparisons of strangers that ratios are fitted on."""

_DRAWS = 200
_BINS = 40_000
_SEED = 20


class DataUnfit(Exception):
    """These photos make no calibration. Its text is one line that says what is missing."""


def fit(
    photos: Photos,
    *,
    contract_id: str,
    data: str,
    made: datetime,
    strangers: Photos | None = None,
    spoiled: tuple[Numbers, Numbers, Events] | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Calibration:
    """Fit everything.

    Args:
        photos: Clean ones, of people none of whom is there under two names.
        contract_id: Of the vectors.
        data: What the photos are, in words.
        made: Now.
        strangers: More people, `photos` among them, whom a model may tell from each other no
            better than people whom it never saw, but whose own photos it may find too much
            alike: rates of strangers come from them, those of one person from `photos`.
        spoiled: More comparisons for ratios, with worse photos: similarities, qualities, and
            whether they are of one person.
        advance: Hears how many photos were compared with all others; each is, twice.

    Raises:
        DataUnfit: There are too few people or photos, or the same person is there twice.
    """
    everyone = strangers or photos
    people = int(everyone.people.max(initial=-1)) + 1
    if people < FEWEST_PEOPLE:
        raise DataUnfit(f"{people} people; a calibration needs at least {FEWEST_PEOPLE}")
    mated, histogram = _first_pass(everyone, advance)
    count = len(everyone.people) * (len(everyone.people) - 1) // 2 - len(mated)
    if strangers:
        mated = joined([own for own, _ in compared(photos)])
    if not len(mated):
        raise DataUnfit("nobody has two photos, so it cannot be told what one person looks like")
    share = min(_LARGEST_SHARE, max(TAIL_SHARE, TAIL_COUNT / count))
    start = float(np.interp(1 - share, *_cumulated(histogram)))
    high, sample = _second_pass(everyone, start, _SAMPLED / count, advance)
    try:
        tail, spread = _tail(everyone, high, start)
        evidence = _evidence(_judged(photos, mated), _judged(everyone, sample), spoiled)
    except ValueError as error:
        raise DataUnfit(str(error)) from None
    return Calibration(
        contract_id=contract_id,
        data=" ".join(data.split()),
        made=made.astimezone(UTC).replace(microsecond=0),
        counts=Counts(persons=people, photos=len(everyone.people), mated=len(mated), others=count),
        mated=quantiles(mated.similarity, mated.weights(photos)),
        others=quantiles(*_weighed(histogram)),
        tail=tail,
        spread=spread,
        growth=_digits(growth(everyone, high)),
        evidence=evidence,
    )


def _first_pass(photos: Photos, advance: Callable[[int], None]) -> tuple[Pairs, Numbers]:
    """All mated pairs, and a histogram of all others over [-1, 1], by weight."""
    mated, histogram = [], np.zeros(_BINS)
    for own, others in compared(photos):
        mated.append(own)
        bins = ((others.similarity + 1) * (_BINS / 2)).astype(np.int64).clip(0, _BINS - 1)
        histogram += np.bincount(bins, weights=others.weights(photos), minlength=_BINS)
        advance(BLOCK)
    return joined(mated), histogram


def _second_pass(
    photos: Photos, start: float, share: float, advance: Callable[[int], None]
) -> tuple[Pairs, Pairs]:
    """All comparisons of strangers above the start of the tail, and a share of all of them."""
    generator = np.random.default_rng(_SEED)
    high, sample = [], []
    for _, others in compared(photos):
        high.append(others.where(others.similarity > start))
        sample.append(others.where(generator.random(len(others)) < share))
        advance(BLOCK)
    return joined(high), joined(sample)


def _tail(
    photos: Photos, high: Pairs, start: float
) -> tuple[Tail, tuple[tuple[float, float, float], ...]]:
    """The tail, and how it varies if other people are drawn."""
    weights = high.weights(photos)
    persons = int(photos.people.max()) + 1
    tail = Tail.above(
        start, high.similarity, weights, share=float(weights.sum()) / (persons * (persons - 1) / 2)
    )
    drawn = np.random.default_rng(_SEED).multinomial(
        persons, np.full(persons, 1 / persons), size=_DRAWS
    )
    first, second = photos.people[high.first], photos.people[high.second]
    found = []
    for times in drawn:
        again = weights * times[first] * times[second]
        # Two draws of one person are no strangers to each other.
        strangers = (persons**2 - float((times**2).sum())) / 2
        try:
            other = Tail.above(start, high.similarity, again, share=float(again.sum()) / strangers)
        except ValueError:
            continue
        found.append([np.log(other.share), other.shape, np.log(other.scale)])
    if len(found) < _DRAWS // 2:
        raise ValueError("strangers who look alike are all of a few people: more are needed")
    spread = np.cov(np.array(found).T)
    return _short(tail), tuple((_digits(a), _digits(b), _digits(c)) for a, b, c in spread)


def _short(tail: Tail) -> Tail:
    """As many digits as anybody would copy."""
    return Tail(**{name: _digits(value) for name, value in asdict(tail).items()})


def _digits(value: float) -> float:
    return float(f"{value:.7g}")


def _judged(photos: Photos, pairs: Pairs) -> tuple[Numbers, Numbers]:
    """Similarities and lower qualities."""
    return pairs.similarity, pairs.quality(photos)


def _evidence(
    mated: tuple[Numbers, Numbers],
    sample: tuple[Numbers, Numbers],
    spoiled: tuple[Numbers, Numbers, Events] | None,
) -> Evidence:
    similarity, quality = (np.concatenate(each) for each in zip(mated, sample, strict=True))
    same = np.arange(len(similarity)) < len(mated[0])
    if spoiled:
        similarity, quality, same = (
            np.concatenate(each) for each in zip((similarity, quality, same), spoiled, strict=True)
        )
    return Evidence.of(similarity, quality, same)


def _cumulated(histogram: Numbers) -> tuple[Numbers, Numbers]:
    """Shares, and the similarities below which they lie."""
    edges = np.linspace(-1, 1, _BINS + 1)[1:]
    shares = np.cumsum(histogram) / histogram.sum()
    kept: NDArray[np.bool_] = histogram > 0
    return shares[kept], edges[kept]


def _weighed(histogram: Numbers) -> tuple[Numbers, Numbers]:
    """Similarities, and their weights."""
    middles = np.linspace(-1, 1, _BINS + 1)[:-1] + 1 / _BINS
    kept: NDArray[np.bool_] = histogram > 0
    return middles[kept], histogram[kept]
