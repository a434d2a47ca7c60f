"""Who is recognised: one way, one setting, at the line that clean raw probes have."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.enhancement.ways import Used
from evaluation.logistic import Events, Numbers
from evaluation.measures import bootstrap
from evaluation.measures.bootstrap import Interval, People, around
from evaluation.measures.openset import search
from evaluation.parts.openset import Faces
from evaluation.parts.rungs import HIDDEN
from evaluation.trial import Trial

Rows = NDArray[np.int64]
"""Shape (n,): numbers of pairs or photos."""

_NONE = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of n probes."""

    count: int
    fnmr: Interval
    """False non-match rate at the line."""

    fmr: Interval
    """False match rate at that line, every probe against all references of other people."""

    rank1: Interval
    """Share of the searches in which the mate comes first; strangers are in the gallery, too."""

    dprime: Interval
    """Means of mated comparisons and of those of strangers, apart in standard deviations."""

    quality: float
    """Mean, of what is compared."""

    enhanced: float
    """Share of the probes for which an enhancer was asked."""

    drifted: float
    """Share whose enhanced version was thrown away."""

    failed: Numbers = field(metadata=HIDDEN)
    """Shape (n,): 1 where the mate is below the line."""

    people: People = field(metadata=HIDDEN)
    """Shape (n,)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """One clean photo of each person who is looked for, and strangers."""

    faces: Faces

    photos: People
    """Shape (g,): the photo of each; -1 for strangers."""


def gallery(trial: Trial, strangers: Vectors) -> Gallery:
    """Enrol everybody of a trial once, with the first of their references.

    Args:
        trial: Of the embedder.
        strangers: Shape (s, d): people who are on no photo of the trial.
    """
    mated = trial.mated
    people, once = np.unique(mated.people, return_index=True)
    photos = mated.references[once]
    nobody = -1 - np.arange(len(strangers))
    return Gallery(
        faces=Faces(trial.clean.vectors[photos], people) + Faces(strangers, nobody),
        photos=np.concatenate([photos, np.full(len(strangers), -1)]),
    )


def judge(trial: Trial, used: Used, enrolled: Gallery, rows: Rows) -> Outcome:
    """Compare what is used of some probes.

    Args:
        trial: For clean references, and who is who.
        used: Of those probes.
        enrolled: Of searches 1:N.
        rows: Shape (n,): which of the trial's pairs they are of.
    """
    mated = trial.mated
    people, references = mated.people[rows], trial.clean.vectors[mated.references]
    genuine = (used.vectors * references[rows]).sum(axis=1).astype(np.float64)
    failed = (genuine < trial.line).astype(np.float64)
    others = _others(used.vectors @ references.T, people[:, None] != mated.people[None], trial.line)
    # The same people are drawn for every number; the first row is the probes as they are.
    drawn = np.concatenate([np.ones((1, len(people)), dtype=np.int64), bootstrap.weights(people)])
    return Outcome(
        count=len(people),
        fnmr=_ratio(drawn, failed, np.ones(len(people))),
        fmr=_ratio(drawn, others.reached, others.count),
        rank1=_first(drawn, used.vectors, mated.probes[rows], people, enrolled),
        dprime=_apart(drawn, genuine, others),
        quality=float(used.quality.mean()),
        enhanced=float(used.enhanced.mean()),
        drifted=float(used.drifted.mean()),
        failed=failed,
        people=people,
    )


@dataclass(frozen=True, slots=True)
class _Others:
    """Comparisons of each probe with references of other people: sums, shape (n,) each."""

    count: Numbers
    reached: Numbers
    total: Numbers
    squares: Numbers


def _others(similarity: Vectors, strangers: Events, line: float) -> _Others:
    """Sums over the rows of a table of comparisons, all others left out."""
    found = similarity.astype(np.float64)
    wanted = np.where(strangers, found, 0)
    return _Others(
        count=strangers.sum(axis=1).astype(np.float64),
        reached=((found >= line) & strangers).sum(axis=1).astype(np.float64),
        total=wanted.sum(axis=1),
        squares=(wanted**2).sum(axis=1),
    )


def _ratio(drawn: People, above: Numbers, below: Numbers) -> Interval:
    """Of two sums over the probes."""
    counted = drawn @ below
    found = (drawn @ above) / np.where(counted > 0, counted, np.nan)
    return around(float(found[0]), found[1:])


def _apart(drawn: People, genuine: Numbers, others: _Others) -> Interval:
    count = drawn.sum(axis=1)
    own = (drawn @ genuine) / count
    spread = (drawn @ genuine**2) / count - own**2
    compared = np.maximum(drawn @ others.count, 1)
    strange = (drawn @ others.total) / compared
    wide = (drawn @ others.squares) / compared - strange**2
    both = np.sqrt(np.maximum((spread + wide) / 2, 0))
    found = (own - strange) / np.where(both > 0, both, np.nan)
    return around(float(found[0]), found[1:])


def _first(
    drawn: People, vectors: Vectors, photos: Rows, people: People, enrolled: Gallery
) -> Interval:
    """A probe whose own photo is enrolled looks for nobody: it would find itself."""
    looking = ~np.isin(photos, enrolled.photos)
    if not looking.any():
        return Interval(value=_NONE, low=_NONE, high=_NONE)
    faces = enrolled.faces
    found = search(vectors[looking], people[looking], faces.vectors, faces.people)
    first = (found.rival < found.mate).astype(np.float64)
    return _ratio(drawn[:, looking], first, np.ones(len(first)))
