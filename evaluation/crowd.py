"""Who is enrolled and who searches: all people of the data, seen by one model."""

from collections.abc import Callable

import numpy as np

from evaluation.parts.openset import Crowd, Faces
from evaluation.study import Named, Study, numbered
from evaluation.trial import Trial


def gather(trial: Trial, study: Study, advance: Callable[[int], None]) -> Crowd:
    """Those of a study who search and those who are enrolled."""
    return everybody(trial, study.pair_names, study.train, study.distractors, advance)


def everybody(
    trial: Trial,
    pair_names: list[str],
    known: Named,
    distractors: Named,
    advance: Callable[[int], None],
) -> Crowd:
    """Embed everybody.

    Args:
        trial: Of labelled pairs.
        pair_names: Who is on their photos.
        known: Photos of `train/`.
        distractors: People of no pair.
        advance: Hears how many photos are done.
    """
    pairs, train, others = numbered(pair_names, known.names, distractors.names)
    vectors = trial.clean.vectors
    _, once = np.unique(trial.mated.people, return_index=True)
    references, probes = trial.mated.references[once], trial.mated.probes[once]
    faces = Faces(trial.memory.see(trial.subject, known.crops, advance).vectors, train)
    people, firsts = np.unique(pairs, return_index=True)
    single = firsts[~np.isin(people, pairs[references])]
    strangers = trial.memory.see(trial.subject, distractors.crops, advance).vectors
    return Crowd(
        references=Faces(vectors[references], pairs[references]),
        probes=Faces(vectors[probes], pairs[probes]),
        strangers=Faces(strangers, others),
        filler=faces + Faces(vectors[single], pairs[single]),
    )
