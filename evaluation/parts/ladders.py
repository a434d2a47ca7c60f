"""Causes from mild to severe: does quality follow, and does it follow recognition?"""

from dataclasses import dataclass

import numpy as np

from evaluation.measures import ladders
from evaluation.parts.rungs import Climbed
from evaluation.trial import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What quality does on many ladders."""

    rises: dict[str, float]
    """By ladder: the largest step of mean quality in the wrong direction; 0 is monotone."""

    means: dict[str, float]
    """By ladder: rank correlation of the rungs' mean quality and mean similarity."""

    probes: float
    """Rank correlation over all probes of all rungs."""

    def monotone(self) -> int:
        """Ladders on which mean quality never rises."""
        return sum(rise == 0 for rise in self.rises.values())

    def worst(self) -> float:
        """The least rank correlation of means; NaN if one of them is."""
        return float(np.min(list(self.means.values())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Root mean square distance of the ISO ladder's mean quality from source article 000."""

    parity: float | None
    """On the model's curve for that purpose, where it has one."""

    plain: float
    """Of quality itself."""


def follow(trial: Trial, climbed: Climbed, *, wanted: list[str]) -> Followed:
    """Judge ladders that `trial` has climbed.

    Args:
        trial: For its clean probes, which belong to every ladder.
        climbed: All rungs.
        wanted: Ladders to judge.
    """
    rungs = {name: climbed.of(name) for name in wanted}
    names = [rung.name for steps in rungs.values() for rung in steps]
    quality = [trial.clean.quality[trial.mated.probes], *(climbed.quality[name] for name in names)]
    genuine = [trial.unspoiled(), *(climbed.genuine[name] for name in names)]
    return Followed(
        rises={
            name: ladders.largest_rise(np.array([rung.quality for rung in steps]))
            for name, steps in rungs.items()
        },
        means={
            name: ladders.follows(
                np.array([rung.quality for rung in steps]),
                np.array([rung.similarity for rung in steps]),
            )
            for name, steps in rungs.items()
        },
        probes=ladders.follows(np.concatenate(quality), np.concatenate(genuine)),
    )


def like_article(climbed: Climbed) -> Likeness:
    """Compare the ISO ladder with that of the article."""
    iso = climbed.of("iso")
    article = np.array([ladders.ARTICLE[rung.severity] for rung in iso])
    parity = [rung.parity for rung in iso if rung.parity is not None]
    return Likeness(
        parity=ladders.error(np.array(parity), article) if parity else None,
        plain=ladders.error(np.array([rung.quality for rung in iso]), article),
    )
