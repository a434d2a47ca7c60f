"""Samples of labelled pairs: balanced, and the same whenever the seed is."""

from collections import Counter
from pathlib import Path

import pytest

from bench.pairs import Pair, sample

PAIRS = [
    Pair(fold=fold, first=Path(f"{number}a"), second=Path(f"{number}b"), same=same)
    for fold in (1, 2, 3)
    for same in (True, False)
    for number in range(20)
]


def test_a_sample_is_balanced() -> None:
    """As many pairs of each fold and of each label, none twice."""
    drawn = sample(PAIRS, 30, seed=1)

    assert {5} == set(Counter((pair.fold, pair.same) for pair in drawn).values())
    assert 30 == len(set(drawn))


def test_one_seed_is_one_sample() -> None:
    """Whoever draws again with the same seed gets the same pairs; another seed, others."""
    assert sample(PAIRS, 30, seed=1) == sample(PAIRS, 30, seed=1)
    assert sample(PAIRS, 30, seed=1) != sample(PAIRS, 30, seed=2)


def test_a_count_that_cannot_be_balanced_is_refused() -> None:
    """Six groups cannot share 31 pairs."""
    with pytest.raises(ValueError, match="multiple of 6"):
        sample(PAIRS, 31, seed=1)
