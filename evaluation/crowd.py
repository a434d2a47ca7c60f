"""Who is enrolled and who searches: all people of the data, seen by one model."""

from collections.abc import Callable

import numpy as np

from evaluation.logistic import Numbers
from evaluation.parts.openset import Crowd, Faces
from evaluation.study import Named, Study, numbered
from evaluation.trial import Trial
from faces.calibration import Tail

_TAIL_SHARE = 0.01


def gather(trial: Trial, study: Study, advance: Callable[[int], None]) -> tuple[Crowd, Tail]:
    """Embed everybody.

    Returns:
        Those who search and those who are enrolled, and the tail of strangers in `train/`.
    """
    crowd, known = everybody(trial, study.pair_names, study.train, study.distractors, advance)
    return crowd, Tail.of(_apart(known), share=_TAIL_SHARE)


def everybody(
    trial: Trial,
    pair_names: list[str],
    known: Named,
    distractors: Named,
    advance: Callable[[int], None],
) -> tuple[Crowd, Faces]:
    """Embed everybody.

    Args:
        trial: Of labelled pairs.
        pair_names: Who is on their photos.
        known: Photos of `train/`.
        distractors: People of no pair.
        advance: Hears how many photos are done.

    Returns:
        Those who search and those who are enrolled; and those of `train/` alone.
    """
    pairs, train, others = numbered(pair_names, known.names, distractors.names)
    vectors = trial.clean.vectors
    _, once = np.unique(trial.mated.people, return_index=True)
    references, probes = trial.mated.references[once], trial.mated.probes[once]
    faces = Faces(trial.memory.see(trial.subject, known.crops, advance).vectors, train)
    people, firsts = np.unique(pairs, return_index=True)
    single = firsts[~np.isin(people, pairs[references])]
    strangers = trial.memory.see(trial.subject, distractors.crops, advance).vectors
    crowd = Crowd(
        references=Faces(vectors[references], pairs[references]),
        probes=Faces(vectors[probes], pairs[probes]),
        strangers=Faces(strangers, others),
        filler=faces + Faces(vectors[single], pairs[single]),
    )
    return crowd, faces


def _apart(faces: Faces, *, block: int = 1000) -> Numbers:
    """Similarities of every two photos of different people."""
    found = []
    for start in range(0, len(faces.people), block):
        rows = slice(start, start + block)
        similarity = faces.vectors[rows] @ faces.vectors[start:].T
        apart = faces.people[rows, None] != faces.people[None, start:]
        found.append(similarity[np.triu(apart, 1)])
    return np.concatenate(found).astype(np.float64)
