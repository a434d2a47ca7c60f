"""Searches in galleries of 100 to 10,000, most people of which are strangers to the probe.

100 and 1,000 are people with one template each; 10,000 are templates, filled up with all photos of
`train/`: there are not as many people in the data.
"""

from dataclasses import dataclass

import numpy as np

from evaluation.embedding import Vectors
from evaluation.measures.bootstrap import Interval, People
from evaluation.measures.openset import Searches, pooled, search
from faces.calibration import Calibration, Size

SIZES = (100, 1000, 10_000)

RATES = np.geomspace(0.003, 0.5, 25)
"""FPIR of a curve."""

TARGETS = (0.01, 0.05)
"""FPIR of a table."""

GALLERIES = 20
"""Drawn of each size."""

_SEED = 47


@dataclass(frozen=True, slots=True)
class Faces:
    """Vectors, and who they are of: one number is one person everywhere."""

    vectors: Vectors
    people: People

    def take(self, rows: People) -> "Faces":
        """Some of them, by row."""
        return Faces(self.vectors[rows], self.people[rows])

    def __add__(self, other: "Faces") -> "Faces":
        return Faces(
            np.concatenate([self.vectors, other.vectors]),
            np.concatenate([self.people, other.people]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who there is."""

    references: Faces
    """One photo a person."""

    probes: Faces
    """Another photo of each of them, in the same order."""

    strangers: Faces
    """People who are enrolled nowhere."""

    filler: Faces
    """People who are enrolled and search for nothing; some with several photos."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Whose photos are enrolled, by row."""

    references: People
    filler: People


@dataclass(frozen=True, slots=True)
class Run:
    """The searches of one gallery."""

    size: Size
    found: Searches


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Of one size and one target."""

    size: int
    target: float
    """FPIR that is wanted."""

    line: float
    """That gives it on these very searches."""

    fnir: Interval
    """There: the mate is below the line or not first."""

    predicted: float
    """The line by the calibration; the mean of those of all galleries."""

    fpir: float
    """What those lines give here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSet:
    """All sizes."""

    points: list[Point]

    curves: dict[int, list[float]]
    """FNIR at `RATES`, by size."""

    searches: dict[int, tuple[int, int]]
    """With a mate and without one, over all galleries of a size."""


def measure(
    crowd: Crowd, calibration: Calibration | None, *, sizes: tuple[int, ...] = SIZES
) -> OpenSet:
    """Draw galleries and search them.

    Args:
        crowd: Who is there.
        calibration: Of people elsewhere; None if they were too few: then no line is predicted.
        sizes: Of galleries; those for which there are not enough photos are left out.
    """
    most = len(crowd.references.people) // 2 + len(crowd.filler.people)
    sizes = tuple(size for size in sizes if size <= most)
    generator = np.random.default_rng(_SEED)
    runs: dict[int, list[Run]] = {}
    for size in sizes:
        galleries = [gallery(crowd, size, generator) for _ in range(GALLERIES)]
        probes = crowd.probes + crowd.strangers
        runs[size] = [
            Run(
                counted(each.people),
                search(probes.vectors, probes.people, each.vectors, each.people),
            )
            for each in galleries
        ]
    whole = {size: pooled([run.found for run in those]) for size, those in runs.items()}
    return OpenSet(
        points=[
            _point(size, rate, whole[size], those, calibration)
            for size, those in runs.items()
            for rate in TARGETS
            if calibration
        ],
        curves={size: found.det(RATES).tolist() for size, found in whole.items()},
        searches={size: (len(found.mate), len(found.stranger)) for size, found in whole.items()},
    )


def counted(people: People) -> Size:
    """The size of a gallery of templates of these people: some have several."""
    return Size(persons=len(np.unique(people)), templates=len(people))


def gallery(crowd: Crowd, size: int, generator: np.random.Generator) -> Faces:
    """A gallery of `enrolled` photos."""
    enrolment = enrolled(crowd, size, generator)
    return crowd.references.take(enrolment.references) + crowd.filler.take(enrolment.filler)


def enrolled(crowd: Crowd, size: int, generator: np.random.Generator) -> Enrolment:
    """Enrol at most half of those who search, so that the others are strangers, and fill up.

    Fillers come with one photo each, as long as there are as many people. A gallery is smaller
    than `size` if there are not as many photos.
    """
    order = generator.permutation(len(crowd.references.people))
    references = order[: min(size, len(order) // 2)]
    rows = generator.permutation(len(crowd.filler.people))
    _, firsts = np.unique(crowd.filler.people[rows], return_index=True)
    wanted = size - len(references)
    if wanted <= len(firsts):
        rows = generator.permutation(rows[firsts])
    return Enrolment(references, rows[:wanted])


def _point(
    size: int, target: float, whole: Searches, runs: list[Run], calibration: Calibration
) -> Point:
    predicted = [calibration.line(target, run.size) for run in runs]
    reached = [run.found.false_positives(line) for run, line in zip(runs, predicted, strict=True)]
    return Point(
        size=size,
        target=target,
        line=whole.line(target),
        fnir=whole.misses_at(target),
        predicted=float(np.mean(predicted)),
        fpir=float(np.mean(reached)),
    )
