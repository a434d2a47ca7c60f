"""What similarities of one contract are worth: rates of errors, lines for galleries, evidence."""

import functools
import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from faces.calibration.evidence import Evidence
from faces.calibration.searches import Size, fmr_for, fpir_of
from faces.calibration.tail import Numbers, Tail

SHARES = (0.0, 0.001, 0.01, 0.025, 0.05, *np.linspace(0.1, 0.9, 17), 0.95, 0.975, 0.99, 0.999, 1.0)
"""Shares of the similarities of one kind that lie below each of its quantiles."""

DRAWS = 400
"""Tails that might as well have been fitted, for an interval."""

INSIDE = 0.95
"""Share of them that an interval holds."""

_SEED = 20
_ALMOST_EXPONENTIAL = 1e-6
_ALMOST_ALL = 1 - 1e-9
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a calibration was fitted on."""

    persons: int
    """Strangers to each other. Mated comparisons may be of fewer: `data` says so."""

    photos: int
    """Of all of them."""

    mated: int
    """Comparisons of two photos of one person."""

    others: int
    """Comparisons of photos of two people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is to be expected of a line in a gallery, and how sure that is."""

    fpir: float
    """Share of searches for strangers with somebody on the line or above."""

    low: float
    """95 % interval of that: had other people been measured."""

    high: float

    seen: float
    """See `Calibration.seen`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Fitted on clean photos of people of whom the model knows nothing."""

    contract_id: str
    """Of the vectors. It holds for no others."""

    data: str
    """What it was fitted on, in words."""

    made: datetime
    """When, in UTC."""

    counts: Counts

    mated: tuple[float, ...]
    """Quantiles of the similarities of one person, at `SHARES`."""

    others: tuple[float, ...]
    """The same of strangers. Above the tail's start, the tail knows better."""

    tail: Tail
    """Of strangers."""

    spread: tuple[tuple[float, float, float], ...]
    """Covariance of the logarithm of the tail's share, its shape, and the logarithm of its scale:
    people were drawn anew, and the tail fitted again. 3 rows."""

    growth: float
    """Of what a person counts with the number of templates, as a power. Range [0, 1]."""

    evidence: Evidence

    version: str = field(init=False, compare=False)
    """Hash of everything else: equal calibrations have equal versions."""

    def __post_init__(self) -> None:
        for name in ("mated", "others"):
            values = np.array(getattr(self, name))
            if values.shape != (len(SHARES),) or not (np.diff(values) >= 0).all():
                raise ValueError(f"{name} needs {len(SHARES)} similarities that do not fall")
        if not 0 <= self.growth <= 1:
            raise ValueError(f"growth must be in [0, 1], got {self.growth}")
        spread = np.array(self.spread)
        if spread.shape != (3, 3) or not np.isfinite(spread).all():
            raise ValueError("spread needs 3 rows of 3 numbers")
        object.__setattr__(self, "version", _hash(self))

    def fmr(self, similarity: float) -> float:
        """Chance that two strangers reach a similarity."""
        if similarity >= self.tail.start:
            return self.tail.rate(similarity)
        return math.exp(-float(np.interp(similarity, *self._body())))

    def fnmr(self, similarity: float) -> float:
        """Chance that two photos of one person stay below a similarity."""
        return float(np.interp(similarity, self.mated, SHARES))

    def fpir(self, similarity: float, size: Size) -> float:
        """FPIR of a line in a gallery of that size."""
        return fpir_of(self.fmr(similarity), size.comparisons(self.growth))

    def line(self, fpir: float, size: Size) -> float:
        """The similarity that searches for strangers reach with a chance `fpir`.

        Args:
            fpir: In (0, 1).
            size: Of at least one person.
        """
        rate = fmr_for(fpir, size.comparisons(self.growth))
        if rate <= self.tail.share:
            return self.tail.similarity(rate)
        similarities, rarities = self._body()
        return float(np.interp(-math.log(rate), rarities, similarities))

    def expected(self, similarity: float, size: Size) -> Expected:
        """What is to be expected of a line, with an interval."""
        comparisons = size.comparisons(self.growth)
        others = -np.expm1(comparisons * np.log1p(-self._other_rates(similarity)))
        low, high = np.quantile(others, [(1 - INSIDE) / 2, (1 + INSIDE) / 2])
        return Expected(
            fpir=self.fpir(similarity, size),
            low=float(low),
            high=float(high),
            seen=self.seen(similarity),
        )

    def seen(self, similarity: float) -> float:
        """Independent false matches that would make the rate of a line as sure as it is.

        Photos of few people make many comparisons, and those that reach a line are of even fewer:
        what counts is how much the rate varies if other people are drawn. Never more than there
        were comparisons on the line, as the fit has them. Below 1, nothing is known of the line.
        """
        rates = self._other_rates(similarity)
        mean, variance = float(rates.mean()), float(rates.var())
        compared = self.fmr(similarity) * self.counts.others
        return min(compared, mean**2 / variance) if variance > 0 else compared

    def ratio(self, similarity: float, quality: float) -> float:
        """Natural logarithm of the likelihood ratio of a comparison. See `Evidence`."""
        return self.evidence.ratio(similarity, quality)

    def _body(self) -> tuple[Sequence[float], Sequence[float]]:
        """Similarities of strangers up to where the tail begins, and -ln of their FMR.

        In logarithms, for between two quantiles rates fall by factors.
        """
        start, most = self.tail.start, 1 - self.tail.share
        kept = [
            (similarity, share)
            for similarity, share in zip(self.others, SHARES, strict=True)
            if similarity < start and share < most
        ]
        rarities = [-math.log1p(-share) for _, share in [*kept, (start, most)]]
        return [similarity for similarity, _ in kept] + [start], rarities

    def _other_rates(self, similarity: float) -> Numbers:
        """The FMR that tails would have that might as well have been fitted: shape (DRAWS,)."""
        tail = self.tail
        log_share, shape, log_scale = _draws(tail, self.spread).T
        if similarity >= tail.start:
            excess = (similarity - tail.start) / np.exp(log_scale)
            shape = np.where(np.abs(shape) < _ALMOST_EXPONENTIAL, _ALMOST_EXPONENTIAL, shape)
            inside = np.maximum(1 + shape * excess, 0.0)
            with np.errstate(divide="ignore"):
                rates = np.exp(log_share - np.log(inside) / shape)
        else:
            # As sure as the tail's share where it begins, and certain where everybody is.
            log_rate = math.log(self.fmr(similarity))
            part = log_rate / math.log(tail.share)
            rates = np.exp(log_rate + part * (log_share - math.log(tail.share)))
        return np.asarray(np.minimum(rates, _ALMOST_ALL), dtype=np.float64)


@functools.lru_cache(maxsize=64)
def _draws(tail: Tail, spread: tuple[tuple[float, float, float], ...]) -> NDArray[np.float64]:
    """Shape (DRAWS, 3): logarithm of the share, shape, logarithm of the scale."""
    centre = [math.log(tail.share), tail.shape, math.log(tail.scale)]
    return np.random.default_rng(_SEED).multivariate_normal(
        centre, np.array(spread), size=DRAWS, method="eigh", check_valid="ignore"
    )


def _hash(of: Calibration) -> str:
    content = {each.name: getattr(of, each.name) for each in fields(of) if each.init}
    text = json.dumps(content, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def _plain(value: Counts | Tail | Evidence | datetime) -> object:
    return value.isoformat() if isinstance(value, datetime) else asdict(value)


def quantiles(values: Numbers, weights: Numbers) -> tuple[float, ...]:
    """Of weighted values, at `SHARES`."""
    order = np.argsort(values)
    shares = np.cumsum(weights[order]) / weights.sum()
    found = np.interp(SHARES, shares, values[order])
    return tuple(round(float(value), 5) for value in found)
