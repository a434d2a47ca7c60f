"""A shelf ranks persons exactly, whatever is deleted, filtered or rounded."""

import numpy as np
import pytest
from numpy.typing import NDArray

from faces.errors import PersonNotFound
from services.gallery.filter import ALL, Filter
from services.gallery.matches import ANYHOW, Aggregation, How, Match
from services.gallery.shelf import Shelf
from tests.galleries import unit_vectors
from tests.shelves import a_shelf, columns, enroll

PROBE = unit_vectors(1)[0]
FUSED = How(aggregation=Aggregation.FUSED)
LINE = 0.3


def tilted(cosine: float, seed: int = 3) -> NDArray[np.float32]:
    """A direction of the given similarity to the probe."""
    other = unit_vectors(1, seed=seed)[0]
    side = other - (other @ PROBE) * PROBE
    side /= np.linalg.norm(side)
    made: NDArray[np.float32] = (cosine * PROBE + (1 - cosine**2) ** 0.5 * side).astype("f4")
    return made


def found(shelf: Shelf, how: How = ANYHOW, limit: int = 5) -> list[Match]:
    [matches] = shelf.search(PROBE[None], limit, how, line=LINE)
    return matches


def people(shelf: Shelf, how: How = ANYHOW, limit: int = 5) -> list[str]:
    return [match.person_id for match in found(shelf, how, limit)]


@pytest.fixture(name="shelf")
def _shelf() -> Shelf:
    """Ada has a good and a bad template, Bob one between them, Cyd is a stranger."""
    shelf = a_shelf()
    enroll(shelf, 10, "ada", group="staff", site="north")
    enroll(shelf, 11, "bob", group="guests", site="north")
    enroll(shelf, 12, "cyd", group="staff")
    vectors = np.stack([tilted(0.5), tilted(0.9), tilted(0.7), tilted(-0.2)])
    shelf.add(
        columns(
            [1, 2, 3, 4],
            [10, 10, 11, 12],
            qualities=[0.9, 0.3, 0.6, 0.8],
            captured_us=[100, 200, 300, 400],
            of_templates=[{"camera": "a"}, {"camera": "b"}, {"camera": "b"}, {}],
        ),
        vectors,
    )
    return shelf


def test_a_person_is_found_by_the_best_template(shelf: Shelf) -> None:
    """Each person appears once, with the template that is most similar, and its quality."""
    assert ["ada", "bob", "cyd"] == people(shelf)
    assert 2 == found(shelf)[0].template
    assert 0.3 == pytest.approx(found(shelf)[0].quality)
    assert 0.9 == pytest.approx(found(shelf)[0].similarity, abs=1e-6)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(ALL, ["ada", "bob", "cyd"], id="none"),
        pytest.param({"persons": {"group": "staff"}}, ["ada", "cyd"], id="group"),
        pytest.param({"persons": {"group": "staff", "site": "north"}}, ["ada"], id="both labels"),
        pytest.param({"persons": {"group": "nobody"}}, [], id="unknown value"),
        pytest.param({"persons": {"colour": "red"}}, [], id="unknown label"),
        pytest.param({"templates": {"camera": "a"}}, ["ada"], id="template"),
        pytest.param({"templates": {"camera": "b"}}, ["ada", "bob"], id="templates of two"),
        pytest.param({"from_us": 200}, ["ada", "bob", "cyd"], id="from, inclusive"),
        pytest.param({"until_us": 200}, ["ada"], id="until, exclusive"),
        pytest.param({"from_us": 201, "until_us": 400}, ["bob"], id="between"),
        pytest.param(
            {"persons": {"site": "north"}, "templates": {"camera": "b"}, "from_us": 250},
            ["bob"],
            id="all at once",
        ),
    ],
)
def test_filters_are_exact(shelf: Shelf, wanted: object, expected: list[str]) -> None:
    """A search sees what passes all conditions, and nothing else."""
    parts = {"persons": {}, "templates": {}, **wanted} if isinstance(wanted, dict) else None
    seen = Filter.of(**parts) if parts else ALL

    assert expected == people(shelf, How(filter=seen))


def test_a_filter_leaves_a_person_the_templates_that_pass(shelf: Shelf) -> None:
    """Ada's better template is of camera b: by camera a she has the other score."""
    only = How(filter=Filter.of(persons={}, templates={"camera": "a"}))

    assert 0.5 == pytest.approx(found(shelf, only)[0].similarity, abs=1e-6)


def test_new_labels_of_a_person_count_at_once(shelf: Shelf) -> None:
    """A group is left by a label, without touching a template."""
    enroll(shelf, 10, "ada", group="former")
    staff = How(filter=Filter.of(persons={"group": "staff"}, templates={}))

    assert ["cyd"] == people(shelf, staff)


def test_the_deleted_are_not_found(shelf: Shelf) -> None:
    """Neither a template nor a person is seen once it is removed."""
    removed = shelf.remove_templates(np.array([2, 99]))
    gone = shelf.remove_person(11)

    assert ([2], [3]) == (removed.tolist(), gone.tolist())
    assert [("ada", 1), ("cyd", 4)] == [(m.person_id, m.template) for m in found(shelf)]


def test_what_comes_twice_changes_nothing(shelf: Shelf) -> None:
    """Changes that a replica has seen already may come again."""
    before = found(shelf)
    shelf.add(columns([3, 4], [11, 12]), np.stack([PROBE, PROBE]))
    after = found(shelf)
    shelf.remove_person(11)
    again = shelf.remove_person(11)

    assert before == after
    assert [] == again.tolist()


def test_templates_of_nobody_are_passed_over(shelf: Shelf) -> None:
    """A person who was removed before their templates came does not come back."""
    shelf.add(columns([5], [99]), PROBE[None])

    assert ["ada", "bob", "cyd"] == people(shelf)


def test_a_person_enrolled_again_is_somebody_else(shelf: Shelf) -> None:
    """The name finds the new enrolment, and the old templates stay gone."""
    shelf.remove_person(10)
    enroll(shelf, 13, "ada")
    shelf.add(columns([5], [13]), tilted(0.1)[None])

    match = shelf.score("ada", PROBE, ANYHOW, line=LINE)

    assert match is not None
    assert 5 == match.template
    assert 0.1 == pytest.approx(match.similarity, abs=1e-6)


def test_an_unknown_person_has_no_score(shelf: Shelf) -> None:
    """1:1 against nobody is an error; against somebody without templates it is not."""
    shelf.remove_templates(np.array([4]))

    assert shelf.score("cyd", PROBE, ANYHOW, line=LINE) is None
    with pytest.raises(PersonNotFound):
        shelf.score("dan", PROBE, ANYHOW, line=LINE)


def test_fused_templates_speak_together() -> None:
    """Two noisy templates of one person are more like the probe than either alone."""
    shelf = a_shelf()
    enroll(shelf, 1, "ada")
    side = tilted(0.0)
    shelf.add(
        columns([1, 2], [1, 1]), np.stack([0.9 * PROBE + 0.436 * side, 0.9 * PROBE - 0.436 * side])
    )

    [match] = found(shelf, FUSED)

    assert (2, ()) == (match.template_count, match.refused)
    assert 1.0 == pytest.approx(match.similarity, abs=1e-4)


def test_a_template_that_disagrees_is_refused() -> None:
    """Somebody else's photo among Ada's does not speak for her, and is named."""
    shelf = a_shelf()
    enroll(shelf, 1, "ada")
    vectors = np.stack([tilted(0.95), tilted(0.9), -tilted(0.9)])
    shelf.add(columns([1, 2, 3], [1, 1, 1]), vectors)

    [match] = found(shelf, FUSED)
    stranger = shelf.score("ada", -PROBE, FUSED, line=LINE)

    assert (2, (3,)) == (match.template_count, match.refused)
    assert stranger is not None
    assert stranger.similarity < 0


def test_fusing_ranks_again() -> None:
    """Whoever has one lucky template loses to whoever resembles the probe all along."""
    shelf = a_shelf()
    enroll(shelf, 1, "lucky")
    enroll(shelf, 2, "steady")
    vectors = np.stack(
        [tilted(0.8), tilted(0.3, seed=3), tilted(0.75, seed=5), tilted(0.75, seed=6)]
    )
    shelf.add(columns([1, 2, 3, 4], [1, 1, 2, 2]), vectors)

    assert ["lucky", "steady"] == people(shelf)
    assert ["steady", "lucky"] == people(shelf, FUSED)
