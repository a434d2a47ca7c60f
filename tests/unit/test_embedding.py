"""Normalization."""

import numpy as np
import pytest

from faces.embedding import normalize


def test_splits_direction_and_magnitude() -> None:
    """Unit rows, in order, and the length that each had."""
    raw = np.array([[3, 4], [0, 2]], dtype=np.float32)

    embeddings = normalize(raw)

    np.testing.assert_allclose(embeddings.unit, np.array([[0.6, 0.8], [0.0, 1.0]]), rtol=1e-6)
    np.testing.assert_allclose(embeddings.magnitude, [5, 2])
    assert [[3, 4], [0, 2]] == raw.tolist()


def test_nothing_stays_nothing() -> None:
    """An empty batch is no error."""
    assert (0, 512) == normalize(np.zeros((0, 512), dtype=np.float32)).unit.shape


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_refuses_rows_without_direction(bad: float) -> None:
    """A broken model is reported by row, not passed on as NaN."""
    with pytest.raises(ValueError, match=r"\[1\]"):
        normalize(np.array([[1, 1], [bad, bad]], dtype=np.float32))
