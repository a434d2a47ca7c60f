"""What was told of somebody leaves memory with them."""

import pickle

import numpy as np
import pytest

from services.gallery.filter import Filter
from services.gallery.labelsets import LabelSets
from services.gallery.matches import How
from services.gallery.shelf import Shelf
from services.gallery.successor import Successor
from tests.galleries import unit_vectors
from tests.shelves import a_shelf, columns, enroll

VECTORS = unit_vectors(3)
STAFF = How(filter=Filter(persons=(("group", "staff"),)))


def remembered(shelf: Shelf) -> bytes:
    """All that a shelf knows besides vectors."""
    return pickle.dumps((shelf.roster, shelf.table))


@pytest.fixture(name="shelf")
def _shelf() -> Shelf:
    """Ada alone has a badge, and a photo from a phone."""
    shelf = a_shelf()
    enroll(shelf, 10, "ada", group="staff", badge="b-17")
    enroll(shelf, 11, "bob", group="staff")
    photos = [{"camera": "phone-of-ada"}, {"camera": "door"}, {"camera": "door"}]
    shelf.add(columns([1, 2, 3], [10, 10, 11], of_templates=photos), VECTORS)
    return shelf


@pytest.mark.parametrize("told", [b"ada", b"b-17", b"phone-of-ada"])
def test_a_person_leaves_with_all_labels(shelf: Shelf, told: bytes) -> None:
    """Name, labels, and labels of photos are in memory before a removal, and not after."""
    assert told in remembered(shelf)

    shelf.remove_person(10)

    assert told not in remembered(shelf)


def test_a_template_leaves_with_its_labels(shelf: Shelf) -> None:
    """The person and their other photo stay as they are."""
    shelf.remove_templates(np.array([1]))

    left = remembered(shelf)
    assert b"phone-of-ada" not in left
    assert b"b-17" in left
    assert b"door" in left


def test_labels_that_others_have_stay(shelf: Shelf) -> None:
    """A filter finds everybody else as before."""
    shelf.remove_person(10)

    [matches] = shelf.search(VECTORS[2:], 5, STAFF, line=0.3)
    assert ["bob"] == [match.person_id for match in matches]


def test_old_labels_leave_when_new_ones_come(shelf: Shelf) -> None:
    """Enrolled again with another badge, the old one is unknown."""
    enroll(shelf, 10, "ada", group="staff", badge="b-18")

    assert b"b-17" not in remembered(shelf)
    assert b"b-18" in remembered(shelf)


def test_who_has_left_brings_no_labels_back(shelf: Shelf) -> None:
    """A change that comes late does not undo a removal."""
    shelf.remove_person(10)
    enroll(shelf, 10, "ada", group="staff", badge="b-17")

    assert b"b-17" not in remembered(shelf)
    assert shelf.roster.number("ada") is None


def test_labels_leave_once_though_a_rebuild_is_under_way(shelf: Shelf) -> None:
    """Removed between the copy and the swap; the labels of the others still work."""
    successor = Successor(shelf, a_shelf().index)
    portion, vectors = successor.copied(10) or (None, None)
    assert portion is not None
    assert vectors is not None
    successor.take(portion, [(portion.keys, vectors)])
    shelf.remove_person(10)
    successor.swap()

    wanted = How(filter=Filter(templates=(("camera", "door"),)))
    [matches] = shelf.search(VECTORS[2:], 5, wanted, line=0.3)
    assert b"phone-of-ada" not in remembered(shelf)
    assert ["bob"] == [match.person_id for match in matches]


def test_a_set_that_was_forgotten_can_come_again() -> None:
    """It has another number; that of the old one has no labels."""
    sets = LabelSets()
    old = sets.hold(['{"a":"1"}', '{"a":"1"}'])
    sets.release(old)
    new = sets.hold(['{"a":"1"}'])

    assert [False, True] == sets.having({"a": "1"}).tolist()
    assert old[0] != new[0]
