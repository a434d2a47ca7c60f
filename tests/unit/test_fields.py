"""Identifiers and other small fields of requests."""

import math
from collections.abc import Callable

import pytest

from faces import fields
from faces.errors import BatchSize, FieldInvalid, FieldMissing

UUID = "8c2e6f0a-7d0f-4a51-9d5c-0f4f7a3f4a11"


@pytest.mark.parametrize(
    ("check", "text"),
    [
        pytest.param(fields.collection_id, "a", id="shortest collection"),
        pytest.param(fields.collection_id, "A" + "._-9" * 15 + "abc", id="longest collection"),
        pytest.param(fields.person_id, "0", id="shortest person"),
        pytest.param(fields.person_id, "a" * 128, id="longest person"),
        pytest.param(fields.person_id, "ada@example.org:2", id="an address as a person"),
        pytest.param(fields.camera_id, "", id="no camera"),
        pytest.param(fields.camera_id, "gate:2", id="a camera"),
        pytest.param(fields.request_id, UUID, id="a UUID"),
    ],
)
def test_passes(check: Callable[[str], str], text: str) -> None:
    """What fits is handed on unchanged."""
    assert text == check(text)


@pytest.mark.parametrize(
    ("check", "text", "field"),
    [
        pytest.param(fields.collection_id, "a" * 65, "collection_id", id="collection too long"),
        pytest.param(fields.collection_id, "-a", "collection_id", id="begins with a dash"),
        pytest.param(fields.collection_id, "../etc", "collection_id", id="a path"),
        pytest.param(fields.collection_id, "a@b", "collection_id", id="a sign of persons only"),
        pytest.param(
            fields.collection_id, "staff\n", "collection_id", id="a line break at the end"
        ),
        pytest.param(fields.person_id, "a" * 129, "person_id", id="person too long"),
        pytest.param(fields.person_id, "žofie", "person_id", id="letters outside of ASCII"),
        pytest.param(fields.person_id, "a b", "person_id", id="a blank"),
        pytest.param(fields.camera_id, "%", "camera_id", id="camera"),
        pytest.param(fields.request_id, "42", "request_id", id="no UUID"),
    ],
)
def test_refuses(check: Callable[[str], str], text: str, field: str) -> None:
    """What does not fit is refused by the name of its field."""
    with pytest.raises(FieldInvalid) as failure:
        check(text)

    assert field == failure.value.metadata["field"]


@pytest.mark.parametrize("check", [fields.collection_id, fields.person_id, fields.request_id])
def test_required(check: Callable[[str], str]) -> None:
    """An empty identifier is missing, not wrong."""
    with pytest.raises(FieldMissing) as failure:
        check("")

    assert {"field": check.__name__} == failure.value.metadata


def test_a_field_can_be_called_by_another_name() -> None:
    """Errors name what the caller wrote."""
    with pytest.raises(FieldMissing, match="target_collection_id"):
        fields.collection_id("", "target_collection_id")


@pytest.mark.parametrize("text", [UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}"])
def test_a_request_id_has_one_spelling(text: str) -> None:
    """However it is written, the same UUID is the same request."""
    assert UUID == fields.request_id(text)


def test_words() -> None:
    """Free text has a length, and may be required."""
    assert "Ada" == fields.words("Ada", "name", limit=3)
    assert "" == fields.words("", "name", limit=3, required=False)
    with pytest.raises(FieldInvalid, match="at most 3 characters"):
        fields.words("Adam", "name", limit=3)
    with pytest.raises(FieldMissing):
        fields.words(" \t", "name", limit=3)


@pytest.mark.parametrize(
    ("labels", "fits"),
    [
        pytest.param({str(n): "x" for n in range(32)}, True, id="just few enough"),
        pytest.param({str(n): "x" for n in range(33)}, False, id="one too many"),
        pytest.param({"k" * 256: "v" * 256}, True, id="just short enough"),
        pytest.param({"k" * 257: ""}, False, id="long key"),
        pytest.param({"": "v" * 257}, False, id="long value"),
    ],
)
def test_labels(labels: dict[str, str], fits: bool) -> None:
    """Labels are few and short, or refused as a whole."""
    if fits:
        assert labels == fields.labels(labels)
    else:
        with pytest.raises(FieldInvalid, match="labels"):
            fields.labels(labels)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_within(value: float) -> None:
    """Both ends belong to a range."""
    assert value == fields.within(value, "quality", low=0, high=1)


@pytest.mark.parametrize("value", [-0.001, 1.001, math.nan, math.inf])
def test_not_within(value: float) -> None:
    """What is no number lies in no range."""
    with pytest.raises(FieldInvalid, match=r"quality must be in \[0, 1\]"):
        fields.within(value, "quality", low=0, high=1)


@pytest.mark.parametrize("number", [0, 65])
def test_count(number: int) -> None:
    """An empty batch is refused like one that is too large."""
    fields.count(1, "crops", limit=64)
    fields.count(64, "crops", limit=64)
    with pytest.raises(BatchSize) as failure:
        fields.count(number, "crops", limit=64)

    assert {"field": "crops", "limit": "64", "count": str(number)} == failure.value.metadata
