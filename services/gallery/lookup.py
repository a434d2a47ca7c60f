"""Questions to the projection, as they queue for its thread."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.errors import CollectionNotFound, FaceError, ServiceUnavailable
from services.gallery.index import IndexLost
from services.gallery.matches import How, Match
from services.gallery.projection import Projection
from services.gallery.records import Collection
from services.gallery.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Search:
    """Who in the collection resembles the probe?"""

    collection: Collection
    probe: NDArray[np.float32]
    how: How
    limit: int


@dataclass(frozen=True, slots=True)
class Score:
    """How much does this person resemble the probe?"""

    collection: Collection
    probe: NDArray[np.float32]
    how: How
    person_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """Persons by falling similarity, and the last write that the answer has seen."""

    matches: Sequence[Match]
    position: int


Question = Search | Score
Reply = Found | FaceError


def kind(question: Question) -> Hashable:
    """Questions of one kind about one collection share a scan.

    One that asks for more persons looks deeper, which may change who is found: whoever
    asks for fewer must not notice.
    """
    limit = question.limit if isinstance(question, Search) else None
    return type(question), question.collection.key, question.how, limit


def asking(
    projection: Projection, *, line: float
) -> Callable[[Sequence[Question]], Sequence[Reply]]:
    """Make the function that answers questions of one kind with one scan.

    Args:
        projection: What is searched.
        line: Least similarity of two templates of one person, where they are fused.
    """

    def ask(questions: Sequence[Question]) -> list[Reply]:
        collection = questions[0].collection
        while True:
            shelf = projection.shelf(collection.collection_id)
            if shelf.collection.key != collection.key:
                raise CollectionNotFound(collection_id=collection.collection_id)
            with shelf.lock:
                if shelf.open:
                    return _answers(shelf, questions, projection.position.value, line)
            # Another one took its place while this waited for the lock.

    return ask


def _answers(
    shelf: Shelf, questions: Sequence[Question], position: int, line: float
) -> list[Reply]:
    if shelf.stale:
        raise ServiceUnavailable(service="gallery")
    searches = [question for question in questions if isinstance(question, Search)]
    scores = [question for question in questions if isinstance(question, Score)]
    try:
        if searches:
            return _search(shelf, searches, position, line)
        return [_score(shelf, each, position, line) for each in scores]
    except IndexLost:
        shelf.stale = True  # the next question has it rebuilt
        raise ServiceUnavailable(service="gallery") from None


def _search(shelf: Shelf, searches: Sequence[Search], position: int, line: float) -> list[Reply]:
    probes = np.stack([search.probe for search in searches])
    ranked = shelf.search(probes, searches[0].limit, searches[0].how, line=line)
    return [Found(matches, position) for matches in ranked]


def _score(shelf: Shelf, question: Score, position: int, line: float) -> Reply:
    try:
        match = shelf.score(question.person_id, question.probe, question.how, line=line)
    except FaceError as error:
        return error
    return Found([] if match is None else [match], position)
