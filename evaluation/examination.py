"""All parts for one model, in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.progress import Progress

from degradations import LADDERS, OCCLUDERS
from evaluation import calibrating, conditions
from evaluation.conditions import Condition
from evaluation.crowd import gather
from evaluation.lfw import Mated, Pairs
from evaluation.measures.bootstrap import People
from evaluation.parts import (
    calibration,
    discarding,
    ladders,
    mixed,
    nonfaces,
    openset,
    rungs,
    shots,
    verification,
)
from evaluation.parts.calibration import Calibrated, Comparisons
from evaluation.parts.discarding import Discarding
from evaluation.parts.ladders import Followed, Likeness
from evaluation.parts.mixed import Mixed
from evaluation.parts.nonfaces import NonFaces
from evaluation.parts.openset import OpenSet
from evaluation.parts.rungs import HIDDEN, Climbed
from evaluation.parts.shots import Shots
from evaluation.parts.verification import Verification
from evaluation.progress import Bar, bars
from evaluation.study import Study
from evaluation.subject import Subject
from evaluation.trial import Trial
from faces.calibration import Calibration, DataUnfit

SHARED_UNITS = frozenset({"share", "share of height", "reach"})
"""Of occluders whose ladder says how much is hidden; that of the others says how large it is."""

SHOT = 300
"""Probes that are photographed repeatedly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One model."""

    name: str
    sha256: str

    people: People = field(metadata=HIDDEN)
    """Shape (n,): who is on each probe."""

    verification: Verification
    causes: Climbed
    causes_followed: Followed
    likeness: Likeness
    covered: Climbed
    covered_followed: Followed
    shots: Shots
    discarding: dict[str, Discarding]
    """By set of mixed degradations."""

    calibrated: dict[str, Calibrated]
    """The same."""

    nonfaces: NonFaces
    openset: OpenSet


def examine(subject: Subject, study: Study, progress: Progress) -> Examined:
    """Measure everything, and show how far that is."""

    def bar(title: str, total: int) -> Callable[[int], None]:
        return bars(progress)(f"{subject.name}: {title}", total)

    def trial_of(title: str, photos: Pairs, mated: Mated) -> Trial:
        return Trial(subject, photos, mated, study.memory, bar(title, len(photos.crops)))

    count = len(study.mated.probes)
    trial = trial_of("clean", study.pairs, study.mated)
    causes, coverings = conditions.rungs(), conditions.coverings()
    climbed = rungs.climb(trial, causes, bar("ladders", count * len(causes)))
    covered = rungs.climb(trial, coverings, bar("coverings", count * len(coverings)))
    sets = _mixed(trial, bar, "mixed")
    aside = trial_of("people aside", study.aside, study.aside.mated(count))
    taught = {
        name: calibration.compared(aside, it) for name, it in _mixed(aside, bar, "aside").items()
    }
    strangers = len(study.train.crops) + len(study.distractors.crops)
    crowd = gather(trial, study, bar("open set", strangers))
    lines = _lines(aside, taught[calibrating.MIXTURE], subject, study)
    things = sum(len(crops) for crops in study.nonfaces.values())
    return Examined(
        name=subject.name,
        sha256=subject.sha256,
        people=study.mated.people,
        verification=verification.measure(trial),
        causes=climbed,
        causes_followed=ladders.follow(trial, climbed, wanted=list(LADDERS)),
        likeness=ladders.like_article(climbed),
        covered=covered,
        covered_followed=ladders.follow(trial, covered, wanted=_hiding()),
        shots=_shots(trial, causes, bar),
        discarding={
            name: discarding.measure(trial, it, study.simple[name]) for name, it in sets.items()
        },
        calibrated={
            name: calibration.measure(trial, it, taught[name]) for name, it in sets.items()
        },
        nonfaces=nonfaces.measure(trial, study.nonfaces, bar("no faces", things)),
        openset=openset.measure(crowd, lines),
    )


def _lines(
    aside: Trial, spoiled: Comparisons, subject: Subject, study: Study
) -> Calibration | None:
    """None if there are too few people to predict any."""
    strangers = calibrating.seen(subject, study.memory, study.train)
    try:
        return calibrating.fitted(aside, spoiled, strangers, subject.name)
    except DataUnfit:
        return None


def _shots(trial: Trial, causes: Sequence[Condition], bar: Bar) -> Shots:
    some = trial.fewer(SHOT)
    iso = [each for each in causes if each.ladder == "iso"]
    total = len(some.mated.probes) * len(iso) * shots.SHOTS
    return shots.measure(some, iso, bar("shots", total))


def _mixed(trial: Trial, bar: Bar, title: str) -> dict[str, Mixed]:
    count = len(trial.mated.probes)
    return {
        name: mixed.measure(name, trial, bar(f"{title}, {name}", count * how.draws))
        for name, how in conditions.MIXTURES.items()
    }


def _hiding() -> list[str]:
    return [name for name, thing in OCCLUDERS.items() if thing.unit in SHARED_UNITS]
