"""Histograms with fixed buckets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faces.insight import Bucket, Spread
from faces.insight.spread import MAGNITUDE_EDGES, QUALITY_EDGES


def spread(*values: float) -> Spread:
    found = Spread(QUALITY_EDGES)
    for value in values:
        found.add(value)
    return found


def test_a_bucket_holds_its_lower_end() -> None:
    """The line of a policy parts the buckets as it parts the faces; the highest score has one."""
    assert [Bucket(0.55, 0.6, 1), Bucket(0.6, 0.65, 1)] == spread(0.5999, 0.6).buckets
    assert [Bucket(0.95, 1.0, 2)] == spread(0.96, 1.0).buckets


def test_nothing() -> None:
    """Has no buckets, and no numbers that would be wrong."""
    assert ([], 0, 0.0, 0.0) == (
        spread().buckets,
        spread().count,
        spread().mean,
        spread().quantile(0.5),
    )


def test_gaps_are_buckets() -> None:
    """So that they can be drawn as they come."""
    assert [1, 0, 0, 2] == [bucket.count for bucket in spread(0.41, 0.56, 0.56).buckets]


@given(values=st.lists(st.floats(0, 1), min_size=1), share=st.floats(0, 1))
def test_a_quantile_is_right_to_its_bucket(values: list[float], share: float) -> None:
    """Not more than that share lies below it, and not less, give or take a bucket."""
    found, wanted = spread(*values), share * len(values)
    place = found.quantile(share)

    assert sum(value < place - 0.0501 for value in values) <= wanted + 1e-6
    assert sum(value <= place + 0.0501 for value in values) >= wanted - 1e-6
    assert sum(values) / len(values) == pytest.approx(found.mean)


@given(values=st.lists(st.floats(1e-9, 1e9)))
def test_no_length_is_lost(values: list[float]) -> None:
    """What is shorter or longer than any model's counts at the end."""
    found = Spread(MAGNITUDE_EDGES)
    for value in values:
        found.add(value)

    assert len(values) == found.count == sum(bucket.count for bucket in found.buckets)
