"""Lines of a similarity, and who is on the wrong side of them."""

from dataclasses import dataclass

import numpy as np

from bench.verification import accuracy
from evaluation.logistic import Events, Numbers
from evaluation.measures.bootstrap import DRAWS, Interval, People, around, counts

FALSE_MATCH_RATE = 1e-3
"""Of every line here, unless said otherwise: the goals are set at it."""


def line(others: Numbers, rate: float = FALSE_MATCH_RATE) -> float:
    """The lowest line that at most `rate` of strangers' similarities reach.

    Returns:
        Just above the first similarity too many.
    """
    allowed = int(rate * len(others))
    if allowed >= len(others):
        return float("-inf")
    place = len(others) - 1 - allowed
    return float(np.nextafter(np.partition(others, place)[place], np.inf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """Labelled pairs, by the protocol of folds and at a rate of false matches."""

    accuracy: float
    """Mean over the folds, each judged by the line that is best on the others."""

    std: float
    """Of the folds' accuracies."""

    match_rates: dict[float, Interval]
    """True matches, by rate of false ones."""

    lines: dict[float, float]
    """Of those rates."""


def verify(
    scores: Numbers,
    same: Events,
    folds: People,
    first: People,
    second: People,
    *,
    rates: tuple[float, ...] = (1e-2, 1e-3),
    draws: int = DRAWS,
) -> Verified:
    """Judge pairs.

    Args:
        scores: Shape (n,).
        same: Shape (n,).
        folds: Shape (n,).
        first: Shape (n,): who is on the first photo.
        second: Shape (n,): who is on the second one.
        rates: Of false matches.
        draws: Of people, for intervals.
    """
    everyone, places = np.unique(np.concatenate([first, second]), return_inverse=True)
    one, other = places[: len(first)], places[len(first) :]
    drawn = counts(everyone, draws=draws)
    # A pair of two is there as often as the one was drawn with the other.
    weights = np.where(same, drawn[:, one], drawn[:, one] * drawn[:, other])
    judged = accuracy(scores, same, folds)
    found = {rate: line(scores[~same], rate) for rate in rates}
    return Verified(
        accuracy=judged.mean,
        std=judged.std,
        match_rates={
            rate: around(
                float(np.mean(scores[same] >= at)),
                np.array([_match_rate(scores, same, row, rate) for row in weights]),
            )
            for rate, at in found.items()
        },
        lines=found,
    )


def _match_rate(scores: Numbers, same: Events, weights: People, rate: float) -> float:
    at = line(np.repeat(scores[~same], weights[~same]), rate)
    genuine, often = scores[same], weights[same]
    return float(((genuine >= at) * often).sum() / often.sum()) if often.any() else float("nan")
