"""What a judgement of a review item rests on."""

from dataclasses import replace

import pytest

from faces.errors import FaceError, FieldInvalid, FieldMissing
from faces.review import Principal
from tests.reviewing import NOON, OTHER_NOSE, SAME_EYES, opinion
from tests.unit.test_review import DIFFERENT, SAME, review


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param(
            {"person_id": "eve"},
            FieldInvalid(field="person_id", rule="must be one of the review's candidates"),
            id="about somebody else",
        ),
        pytest.param({"findings": ()}, FieldMissing(field="findings"), id="for no reason"),
        pytest.param(
            {"findings": OTHER_NOSE},
            FieldInvalid(
                field="findings", rule="must have a feature that is similar for same_person"
            ),
            id="for a reason against it",
        ),
        pytest.param(
            {"judgement": DIFFERENT},
            FieldInvalid(
                field="findings", rule="must have a feature that is different for different_person"
            ),
            id="against a reason for it",
        ),
        pytest.param(
            {"findings": SAME_EYES * 2},
            FieldInvalid(field="findings", rule="must have each feature at most once"),
            id="for one reason twice",
        ),
    ],
)
def test_a_judgement_has_its_reasons(changes: dict[str, object], error: FaceError) -> None:
    """It is about a candidate, and rests on features that speak for it."""
    ann = Principal("ann")
    item = review(2).opened(ann, NOON).revealed(ann, NOON)
    given = replace(opinion("ann", SAME, "ada"), **changes)  # type: ignore[arg-type]  # of a row

    with pytest.raises(type(error)) as failure:
        item.judged(given)

    assert error.metadata == failure.value.metadata
