"""Probes resemble poor photos, and what an index finds for them is held against an exact scan."""

import numpy as np

from faces.embedding import Vectors
from services.gallery.maintenance.trials import PROBES, Trial, spoiled
from services.gallery.records import Keys
from tests.galleries import unit_vectors
from tests.indexes import faces

RANDOM = 20


def test_probes_resemble_their_sources_as_poor_photos_do() -> None:
    """Their similarities are spread over the range that poor photos have."""
    sample = unit_vectors(2000, 512)  # where all others are far away
    probes = spoiled(sample, np.random.default_rng(RANDOM))
    nearest = (probes @ sample.T).max(axis=1)
    thirds = np.histogram(nearest, bins=[0.349, 0.5, 0.65, 0.801])[0] / PROBES

    np.testing.assert_allclose(1, np.linalg.norm(probes, axis=1), atol=1e-5)
    np.testing.assert_allclose(1 / 3, thirds, atol=0.05)


def test_probes_stay_where_the_model_puts_faces() -> None:
    """Noise has the spread of the collection: where that is flat, so are the probes."""
    sample = faces(2000, 64)
    axes = np.linalg.svd(sample, full_matrices=False)[2]
    unused = axes[32:]

    assert np.abs(spoiled(sample, np.random.default_rng(RANDOM)) @ unused.T).max() < 1e-5


def trial_of(vectors: Vectors) -> tuple[Trial, Keys]:
    """A trial that has seen vectors of the keys 1, 2, …; and the true ten of each probe."""
    probes = spoiled(vectors, np.random.default_rng(RANDOM))
    trial, keys = Trial(probes), np.arange(1, len(vectors) + 1)
    for start in range(0, len(vectors), 700):
        trial.see(keys[start : start + 700], vectors[start : start + 700])
    return trial, keys[np.argsort(-(probes @ vectors.T), axis=1)[:, :10]]


def test_the_truth_is_an_exact_scan() -> None:
    """Whoever finds the true ten has all recall; what is missing is counted."""
    vectors = faces(2000, 64)
    trial, true = trial_of(vectors)
    held = np.arange(1, 2001)
    worse = true.copy()
    worse[: PROBES // 4, 0] = -1
    worse[: PROBES // 2, 9] = -1

    assert (1.0, 1.0) == trial.recalls(true, held)
    assert (0.75, 0.925) == trial.recalls(worse, held)
    assert (0.0, 1.0) == trial.recalls(true[:, ::-1], held)
    assert (0.0, 0.8) == trial.recalls(worse[:256], held)


def test_templates_that_are_the_same_may_stand_for_each_other() -> None:
    """A photo stored twice is found either way."""
    vectors = np.concatenate([faces(1000, 64), faces(1000, 64)])
    trial, true = trial_of(vectors)
    other = (true + 999) % 2000 + 1

    assert (1.0, 1.0) == trial.recalls(other, np.arange(1, 2001))


def test_who_was_deleted_is_not_missed() -> None:
    """An index without them is right to give whoever comes next."""
    vectors = faces(2000, 64)
    trial, _ = trial_of(vectors)
    held = np.arange(1, 2001)[1000:]
    probes = spoiled(vectors, np.random.default_rng(RANDOM))
    next_best = held[np.argsort(-(probes @ vectors[1000:].T), axis=1)[:, :10]]

    at_1, at_10 = trial.recalls(next_best, held)
    assert at_1 > 0.99
    assert at_10 > 0.99
