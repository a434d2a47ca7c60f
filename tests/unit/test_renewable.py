"""Vectors that a key turns: alike among themselves, strangers to all others."""

import numpy as np
import pytest
from numpy.typing import NDArray

from faces.embedding import Vectors, normalize
from faces.renewable import embedder_contract, keyed_contract, orthonormal, turned

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
DIMENSION, PEOPLE = 128, 2000
SAMPLES = np.random.default_rng(7)


def samples(noise: float) -> tuple[Vectors, Vectors]:
    """Two samples of each person; the larger the noise, the less alike."""
    people = SAMPLES.standard_normal((PEOPLE, DIMENSION))
    shots = (people + noise * SAMPLES.standard_normal(people.shape) for _ in range(2))
    first, second = (normalize(shot.astype(np.float32)).unit for shot in shots)
    return first, second


def linked(first: Vectors, second: Vectors) -> float:
    """D_sys of Gomez-Barrero et al.: 0 if nobody can tell whether two templates are of one person.

    1 if anybody always can.
    """
    mated = (first * second).sum(axis=1)
    strangers = (first * np.roll(second, 1, axis=0)).sum(axis=1)
    edges = np.quantile(np.concatenate([mated, strangers]), np.linspace(0, 1, 11))
    ours, theirs = (np.histogram(each, edges)[0] / PEOPLE for each in (mated, strangers))
    local = np.divide(ours - theirs, ours + theirs, where=ours + theirs > 0, out=np.zeros(10))
    return float((local.clip(min=0) * ours).sum())


@pytest.mark.parametrize("dimension", [1, 3, 128, 512])
def test_a_matrix_is_orthonormal(dimension: int) -> None:
    """Lengths and angles stay, in any number of dimensions."""
    matrix = orthonormal(KEY, "staff", dimension)

    np.testing.assert_allclose(matrix @ matrix.T, np.eye(dimension), atol=1e-6)


def test_a_matrix_is_the_same_for_ever() -> None:
    """Templates outlive this version of numpy: another matrix would make strangers of all."""
    matrix = orthonormal(KEY, "staff", 4)

    first = [0.6716086220512163, 0.2592185501139545, 0.5714132919586289, -0.3939980353203409]
    last = [0.3698116960157375, 0.027813377827662116, -0.7871135450311293, -0.49286711467930966]
    np.testing.assert_allclose(matrix[[0, 3]], [first, last], atol=1e-9)
    assert "arc4-1.key-eac904c590dc" == keyed_contract("arc4-1", KEY, "staff")


def test_matrices_are_drawn_evenly() -> None:
    """Of many, each entry has mean 0 and variance 1/d, as directions that prefer none have."""
    drawn = np.stack([orthonormal(KEY, f"c{n}", 8) for n in range(1000)])

    assert abs(drawn.mean(axis=0)).max() < 0.06
    np.testing.assert_allclose(drawn.var(axis=0), np.full((8, 8), 1 / 8), atol=0.04)
    assert abs((np.linalg.det(drawn) > 0).mean() - 0.5) < 0.06


def test_similarities_stay() -> None:
    """Whoever searches turned templates with turned probes finds the same, to rounding."""
    first, second = samples(noise=0.7)
    matrix = orthonormal(KEY, "staff", DIMENSION)

    kept = turned(first, matrix) @ turned(second, matrix).T

    np.testing.assert_allclose(kept, first @ second.T, atol=1e-5)
    assert np.float32 == kept.dtype


@pytest.mark.parametrize(
    ("key", "collection"), [(OTHER, "staff"), (KEY, "guests")], ids=["two keys", "two collections"]
)
def test_templates_of_two_matrices_cannot_be_linked(key: bytes, collection: str) -> None:
    """One and the same sample is as similar to itself, turned otherwise, as to a stranger."""
    first, second = samples(noise=0.3)
    one, two = orthonormal(KEY, "staff", DIMENSION), orthonormal(key, collection, DIMENSION)

    same, across = turned(first, one), turned(second, two)

    assert linked(same, turned(second, one)) > 0.99
    assert linked(same, across) < 0.1
    assert linked(first, same) < 0.1
    assert spread(same, turned(first, two)) == pytest.approx(spread(first, second[::-1]), rel=0.1)


def spread(first: Vectors, second: Vectors) -> float:
    """Standard deviation of the similarities, row by row."""
    similarities: NDArray[np.float32] = (first * second).sum(axis=1)
    return float(similarities.std())


def test_the_space_of_each_key_and_collection_has_a_name_of_its_own() -> None:
    """Which leads back to the embedder's, and does not tell the key."""
    pairs = [(KEY, "staff"), (OTHER, "staff"), (KEY, "guests")]
    names = {keyed_contract("arc512-0a1b2c3d4e5f", key, where) for key, where in pairs}

    assert 3 == len(names)
    assert {"arc512-0a1b2c3d4e5f"} == set(map(embedder_contract, names))
    assert "arc512-0a1b2c3d4e5f" == embedder_contract("arc512-0a1b2c3d4e5f")
    assert not any(key.hex()[:12] in name for key, _ in pairs for name in names)


def test_values_that_are_no_numbers_stay_so() -> None:
    """The gallery refuses them in words; the others beside them are none the worse."""
    vectors = np.array([[1, 0], [np.nan, 0], [np.inf, 0]], dtype=np.float32)

    made = turned(vectors, orthonormal(KEY, "staff", 2))

    assert [True, False, False] == np.isfinite(made).all(axis=1).tolist()
