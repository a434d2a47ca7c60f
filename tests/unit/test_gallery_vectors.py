"""Vectors from outside."""

import numpy as np
import pytest

from faces.errors import FaceError, VectorDimension, VectorNotUnit
from services.gallery.vectors import unit_rows

UNIT = np.array([0.6, 0.8], np.float32)


@pytest.mark.parametrize("length", [0.9991, 1.0, 1.0009])
def test_rounding_is_taken_off(length: float) -> None:
    """A length within the tolerance becomes 1."""
    rows = unit_rows([UNIT * length, UNIT], 2)

    np.testing.assert_allclose(rows, [UNIT, UNIT], atol=1e-7)


@pytest.mark.parametrize(
    ("vector", "error", "metadata"),
    [
        pytest.param(
            UNIT[:1],
            VectorDimension,
            {"index": "1", "actual_dimension": "1", "expected_dimension": "2"},
            id="short",
        ),
        pytest.param(UNIT * 1.0011, VectorNotUnit, {"index": "1", "length": "1.0011"}, id="long"),
        pytest.param(UNIT * 0, VectorNotUnit, {"index": "1", "length": "0.0000"}, id="zero"),
        pytest.param(UNIT * np.nan, VectorNotUnit, {"index": "1", "length": "nan"}, id="NaN"),
        pytest.param(UNIT * np.inf, VectorNotUnit, {"index": "1", "length": "inf"}, id="infinite"),
    ],
)
def test_malformed_vectors_are_named(
    vector: np.ndarray[tuple[int], np.dtype[np.float32]],
    error: type[FaceError],
    metadata: dict[str, str],
) -> None:
    """The error says which vector it is, and what is wrong with it."""
    with pytest.raises(error) as failure:
        unit_rows([UNIT, vector], 2)

    assert metadata == failure.value.metadata
