"""Questions to the projection, as they queue for its thread."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faces.errors import CollectionNotFound, FaceError, ServiceUnavailable
from services.gallery.projection import Projection
from services.gallery.shelf import Match, Shelf


@dataclass(frozen=True, slots=True)
class Search:
    """Who in the collection resembles the probe?"""

    shelf: Shelf
    probe: NDArray[np.float32]
    limit: int


@dataclass(frozen=True, slots=True)
class Score:
    """How much does this person resemble the probe?"""

    shelf: Shelf
    probe: NDArray[np.float32]
    person_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """Persons by falling similarity, and the last write that the answer has seen."""

    matches: Sequence[Match]
    position: int


Question = Search | Score
Reply = Found | FaceError


def kind(question: Question) -> Hashable:
    """Questions of one kind about one collection share a scan."""
    return type(question), question.shelf.collection.key


def ask(projection: Projection, questions: Sequence[Question]) -> list[Reply]:
    """Answer questions of one kind with one scan; runs on the scanning thread."""
    shelf = questions[0].shelf
    with shelf.lock:
        if not shelf.open:
            raise CollectionNotFound(collection_id=shelf.collection.collection_id)
        if shelf.stale:
            raise ServiceUnavailable(service="gallery")
        position = projection.position
        searches = [question for question in questions if isinstance(question, Search)]
        if searches:
            return _search(shelf, searches, position)
        return [_score(each, position) for each in questions if isinstance(each, Score)]


def _search(shelf: Shelf, searches: Sequence[Search], position: int) -> list[Reply]:
    probes = np.stack([search.probe for search in searches])
    ranked = shelf.search(probes, max(search.limit for search in searches))
    return [
        Found(matches[: search.limit], position)
        for search, matches in zip(searches, ranked, strict=True)
    ]


def _score(question: Score, position: int) -> Reply:
    try:
        match = question.shelf.score(question.person_id, question.probe)
    except FaceError as error:
        return error
    return Found([] if match is None else [match], position)
