"""Who is enrolled and who searches: all people of the data, seen by one model."""

from collections.abc import Callable

import numpy as np

from evaluation.logistic import Numbers
from evaluation.measures.tail import Tail
from evaluation.parts.openset import Crowd, Faces
from evaluation.study import Study, numbered
from evaluation.trial import Trial


def gather(trial: Trial, study: Study, advance: Callable[[int], None]) -> tuple[Crowd, Tail]:
    """Embed everybody.

    Returns:
        Those who search and those who are enrolled, and the tail of strangers in `train/`.
    """
    pairs, train, distractors = numbered(
        study.pair_names, study.train.names, study.distractors.names
    )
    vectors = trial.clean.vectors
    _, once = np.unique(trial.mated.people, return_index=True)
    references, probes = trial.mated.references[once], trial.mated.probes[once]
    known = Faces(
        trial.memory.see(trial.subject, study.train.crops, advance).vectors,
        train,
    )
    people, firsts = np.unique(pairs, return_index=True)
    single = firsts[~np.isin(people, pairs[references])]
    strangers = trial.memory.see(trial.subject, study.distractors.crops, advance).vectors
    crowd = Crowd(
        references=Faces(vectors[references], pairs[references]),
        probes=Faces(vectors[probes], pairs[probes]),
        strangers=Faces(strangers, distractors),
        filler=known + Faces(vectors[single], pairs[single]),
    )
    return crowd, Tail.fit(_apart(known))


def _apart(faces: Faces, *, block: int = 1000) -> Numbers:
    """Similarities of every two photos of different people."""
    found = []
    for start in range(0, len(faces.people), block):
        rows = slice(start, start + block)
        similarity = faces.vectors[rows] @ faces.vectors[start:].T
        apart = faces.people[rows, None] != faces.people[None, start:]
        found.append(similarity[np.triu(apart, 1)])
    return np.concatenate(found).astype(np.float64)
