"""Policy rows and tables."""

import math
from dataclasses import replace
from typing import Any

import pytest

from faces.errors import SceneUnknown
from faces.policy import _RANGES, Policy, PolicyTable, Verdict, of_reference
from tests.unit.door import POLICY as DOOR


def changed(**columns: Any) -> Policy:
    """The door's row with other values, review and accept wide apart."""
    accept = math.inf if "target_fpir" in columns else 1
    return replace(replace(DOOR, review=-1, accept=1), **{"accept": accept} | columns)


@pytest.mark.parametrize("name", _RANGES)
def test_the_ends_of_a_range_belong_to_it(name: str) -> None:
    """Both ends of every published range are values that an operator may set."""
    low, high = _RANGES[name]

    assert (low, high) == tuple(getattr(changed(**{name: end}), name) for end in (low, high))


@pytest.mark.parametrize("name", _RANGES)
@pytest.mark.parametrize("side", ["below", "above", "nan"])
def test_outside_of_a_range_is_refused(name: str, side: str) -> None:
    """The refusal names the column, the range and the value."""
    low, high = _RANGES[name]
    value = {"below": low - 0.5, "above": high + 0.5, "nan": math.nan}[side]

    with pytest.raises(ValueError, match=rf"scene door: .*{name} must be in \[.*got {value}"):
        changed(**{name: value})


def test_every_number_has_a_range() -> None:
    """No column with a number goes unchecked."""
    numbers = {
        name
        for name, column in Policy.__dataclass_fields__.items()
        if column.type in {int, float, float | None}
    }

    assert numbers == set(_RANGES)


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        pytest.param({"review": 0.6}, "review 0.6 is above accept 0.5", id="crossed lines"),
        pytest.param(
            {"on_low_quality": Verdict.MATCH}, "on_low_quality cannot be match", id="opens doors"
        ),
        pytest.param(
            {"on_low_quality": Verdict.NO_MATCH}, "cannot be no_match", id="claims to know"
        ),
        pytest.param({"accept": math.inf}, "it needs accept or target_fpir", id="no line"),
        pytest.param({"liveness": "always"}, "must be none or in .*got 'always'", id="a word"),
        pytest.param({"liveness": "0.5"}, "must be none or in .*got '0.5'", id="liveness as text"),
        pytest.param({"liveness": 0}, "must be none or in .*got 0", id="liveness of nobody"),
        pytest.param({"liveness": 1.01}, "must be none or in .*got 1.01", id="liveness above 1"),
        pytest.param({"liveness": math.nan}, "must be none or in .*got nan", id="no number"),
    ],
)
def test_refuses_what_makes_no_sense(columns: dict[str, Any], problem: str) -> None:
    """A row that contradicts itself, or asks for what is not served, is a mistake."""
    with pytest.raises(ValueError, match=problem):
        replace(DOOR, **columns)


@pytest.mark.parametrize(
    ("liveness", "least"),
    [
        pytest.param("none", None, id="none"),
        pytest.param(0.01, 0.01, id="little"),
        pytest.param(1, 1, id="the end of the range"),
    ],
)
def test_a_scene_may_ask_for_a_liveness_score(liveness: str | float, least: float | None) -> None:
    """The column holds the least one, or says that none is asked for."""
    assert least == replace(DOOR, liveness=liveness).min_liveness


def test_a_reference_is_of_one_person_who_need_not_be_there() -> None:
    """A document's photo is a picture of a picture, whatever a scene asks of its probes."""
    reference = of_reference(replace(DOOR, max_faces=9, liveness=0.9))

    assert replace(DOOR, max_faces=1, liveness="none") == reference


def test_review_and_accept_may_meet() -> None:
    """A scene without people to ask has one line."""
    assert 0.5 == replace(DOOR, review=0.5).review


def test_names_every_problem_at_once() -> None:
    """An operator fixes a row in one round."""
    with pytest.raises(ValueError, match=r"min_quality .*max_faces .*liveness"):
        replace(DOOR, min_quality=2, max_faces=0, liveness="always")


def test_a_table_is_versioned_by_its_content() -> None:
    """Order and spelling of numbers are no content; every value is."""
    gate = replace(DOOR, scene="gate")
    version = PolicyTable([DOOR, gate]).version

    assert version == PolicyTable([gate, DOOR]).version
    assert version == PolicyTable([replace(DOOR, enhance_below=0.0), gate]).version
    assert version != PolicyTable([DOOR]).version
    assert 12 == len(version)


@pytest.mark.parametrize("name", sorted(Policy.__dataclass_fields__))
def test_any_other_value_is_another_version(name: str) -> None:
    """A decision record that names the version pins every line."""
    others: dict[str, Any] = {
        "scene": "gate",
        "enhancer_required": True,
        "on_low_quality": Verdict.REJECT,
        "max_faces": 2,
        "reviewers": 1,
        "enhance_below": 0.1,
        "target_fpir": 0.01,
        "liveness": 0.5,
    }
    other = replace(DOOR, **{name: others[name] if name in others else getattr(DOOR, name) * 0.99})

    assert PolicyTable([DOOR]).version != PolicyTable([other]).version


def test_rows_are_found_by_scene() -> None:
    """And listed by scene."""
    gate, barrier = replace(DOOR, scene="gate"), replace(DOOR, scene="barrier")
    table = PolicyTable([gate, barrier, DOOR])

    assert "gate" == table.row("gate").scene
    assert ["barrier", "door", "gate"] == [row.scene for row in table]


def test_a_row_names_the_version_of_its_table() -> None:
    """Also when a caller narrows a line for one picture; in another table, it is another's."""
    row = PolicyTable([DOOR]).row("door")
    both = PolicyTable([row, replace(DOOR, scene="gate")])

    assert row.version == replace(row, max_faces=9).version
    assert [both.version, both.version] == [each.version for each in both]
    assert row.version != both.version


def test_an_unknown_scene_is_never_a_default() -> None:
    """A typo must not open a door."""
    with pytest.raises(SceneUnknown, match="no scene Door"):
        PolicyTable([DOOR]).row("Door")


@pytest.mark.parametrize(
    "rows", [pytest.param([], id="empty"), pytest.param([DOOR, DOOR], id="a scene twice")]
)
def test_refuses_a_table_that_leaves_doubt(rows: list[Policy]) -> None:
    """Every scene has one row, and there is one."""
    with pytest.raises(ValueError, match="each scene once"):
        PolicyTable(rows)
