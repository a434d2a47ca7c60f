"""Face-like galleries: fitted to a population that we made, sampled, and much like it again."""

from pathlib import Path

import numpy as np
import pytest

from bench.facelike import files, realism
from bench.facelike.observe import Observed
from bench.facelike.sample import Faces, Normal, Population, turned
from bench.facelike.statistics import fit
from evaluation.embedding import Vectors
from evaluation.probes import unit

DIMENSION = 24

USED = 12
"""Directions that the made population uses."""

PEOPLE, PHOTOS, STRANGERS = 300, 6, 200


def _directions(count: int, generator: np.random.Generator) -> Vectors:
    """Anywhere in the used dimensions, the first of which matter most."""
    scale = np.linspace(2.0, 0.5, USED)
    used = generator.standard_normal((count, USED)) * scale
    return unit(np.pad(used, ((0, 0), (0, DIMENSION - USED))).astype(np.float32))


def _photos(people: Vectors, cosine: float, generator: np.random.Generator) -> Vectors:
    cosines = np.full(len(people), cosine, dtype=np.float32)
    return turned(people, cosines, _directions(len(people), generator))


@pytest.fixture(name="observed", scope="module")
def _observed() -> Observed:
    """Clean photos at .9 of their person, strangers too; spoiled ones at .3 to .8 of themselves."""
    generator = np.random.default_rng(7)
    people = np.arange(PEOPLE).repeat(PHOTOS)
    clean = _photos(_directions(PEOPLE, generator)[people], 0.9, generator)
    origin = np.arange(0, len(clean), 2)
    kept = generator.uniform(0.3, 0.8, len(origin)).astype(np.float32)
    return Observed(
        clean=clean,
        people=people,
        strangers=_photos(_directions(STRANGERS, generator), 0.9, generator),
        spoiled=turned(clean[origin], kept, _directions(len(origin), generator)),
        origin=origin,
    )


@pytest.fixture(name="faces", scope="module")
def _faces(observed: Observed) -> Faces:
    return Faces(fit(observed), seed=1)


def _gallery(population: Population, count: int, *, seed: int = 3) -> Vectors:
    return np.concatenate(list(files.templates(population, count, seed=seed)))


def test_a_fit_finds_how_close_photos_are_to_their_person(observed: Observed) -> None:
    """.9, as made, though the person is only known from six photos."""
    fitted = fit(observed)

    assert 0.9 == pytest.approx(float(fitted.closeness.mean()), abs=0.02)
    assert [PHOTOS] * PEOPLE == fitted.photos.tolist()


def test_a_fit_takes_the_photos_out_of_the_people(observed: Observed) -> None:
    """The variance of people is .81 of a unit vector's, whatever the number of photos."""
    root = fit(observed).person_root

    assert 0.81 == pytest.approx(float((root**2).sum()), abs=0.04)


def test_the_order_of_photos_does_not_matter(observed: Observed) -> None:
    """Photos of one person need not be neighbours."""
    order = np.random.default_rng(1).permutation(len(observed.clean))
    shuffled = Observed(
        clean=observed.clean[order],
        people=observed.people[order],
        strangers=observed.strangers,
        spoiled=observed.spoiled,
        origin=np.argsort(order)[observed.origin],
    )

    expected, actual = fit(observed), fit(shuffled)

    assert np.allclose(np.sort(expected.closeness), np.sort(actual.closeness), atol=1e-5)
    assert np.allclose(expected.spoiling.retained, actual.spoiling.retained, atol=1e-5)


@pytest.mark.parametrize("kind", ["genuine", "impostor", "best stranger of 100"])
@pytest.mark.parametrize("quality", ["clean", "degraded"])
def test_sampled_scores_are_spread_like_real_ones(
    observed: Observed, faces: Faces, kind: str, quality: str
) -> None:
    """Mean and deviation of each kind of score agree with the population behind the fit."""
    side = realism.real(observed, seed=1)

    real = realism.measure(side, seed=1)[f"{kind}, {quality}"]
    sampled = realism.measure(realism.sampled(faces, side, seed=1), seed=1)[f"{kind}, {quality}"]

    assert float(real.mean()) == pytest.approx(float(sampled.mean()), abs=0.06)
    assert float(real.std()) == pytest.approx(float(sampled.std()), abs=0.04)


def test_dimensions_that_no_face_uses_stay_empty(faces: Faces) -> None:
    """An index may learn them from real faces, so a sample must not fill them."""
    rows = _gallery(faces, 500)

    assert float(np.abs(rows[:, USED:]).max()) < 1e-3
    assert realism.dimensions(rows) <= USED


def test_degraded_photos_are_further_from_their_person_than_clean_ones(faces: Faces) -> None:
    """And both are nearer than anybody else's."""
    generator = np.random.default_rng(2)
    people = faces.people(2_000, generator)
    clean, spoiled = faces.photos(people, generator), faces.spoiled(people, generator)

    cosines = [float((people.directions * rows).sum(axis=1).mean()) for rows in (clean, spoiled)]
    other = float((people.directions * np.roll(clean, 1, axis=0)).sum(axis=1).mean())

    assert cosines[0] > cosines[1] + 0.2 > other + 0.4


def test_every_template_is_a_unit_vector_in_single_precision(faces: Faces) -> None:
    """Of both populations."""
    for rows in (_gallery(faces, 300), _gallery(Normal(DIMENSION), 300)):
        assert (np.dtype(np.float32), (300, DIMENSION)) == (rows.dtype, rows.shape)
        assert np.allclose(1.0, np.linalg.norm(rows, axis=1), atol=1e-5)


def test_one_seed_is_one_gallery(faces: Faces) -> None:
    """The same twice; another seed has nobody in common."""
    once, again, other = (_gallery(faces, 100, seed=seed) for seed in (3, 3, 4))

    assert np.array_equal(once, again)
    assert not np.isclose(once, other).all(axis=1).any()


def test_a_smaller_gallery_is_the_beginning_of_a_larger_one(faces: Faces) -> None:
    """Also across a block's end, with the same photos of the same people."""
    large = _gallery(faces, files.BLOCK + 50)

    assert np.array_equal(large[:70], _gallery(faces, 70))
    assert np.array_equal(large[: files.BLOCK + 5], _gallery(faces, files.BLOCK + 5))


def test_blocks_hold_different_people(faces: Faces) -> None:
    """A gallery does not repeat itself."""
    first, second = files.templates(faces, 2 * files.BLOCK, seed=3)

    assert not np.isclose(first[:200], second[:200]).all(axis=1).any()


@pytest.mark.parametrize(
    ("kind", "cosine"),
    [
        pytest.param("clean", 0.63, id="clean photos as faces are on average"),
        pytest.param("degraded", 0.41, id="degraded ones further away"),
    ],
)
def test_a_probe_names_the_template_that_it_should_find(kind: str, cosine: float) -> None:
    """In the random population, where the cosine is fixed."""
    probes = files.draw_probes(Normal(512), clean=40, degraded=40, strangers=5, seed=3)
    chosen = probes.kinds == kind

    mates = _gallery(Normal(512), files.BLOCK)[probes.mates[chosen]]
    cosines = (mates * probes.vectors[chosen]).sum(axis=1)

    assert 40 == chosen.sum()
    assert cosine == pytest.approx(float(cosines.mean()), abs=0.02)


def test_a_stranger_has_no_mate_and_is_near_nobody() -> None:
    """As far from the best template as chance puts anybody."""
    probes = files.draw_probes(Normal(512), clean=3, degraded=3, strangers=20, seed=3)
    strange = probes.kinds == "stranger"

    best = (probes.vectors[strange] @ _gallery(Normal(512), files.BLOCK).T).max(axis=1)

    assert {-1} == set(probes.mates[strange].tolist())
    assert (probes.mates[~strange] >= 0).all()
    assert float(best.max()) < 0.3


def test_files_hold_what_was_drawn(tmp_path: Path) -> None:
    """Templates can be mapped, probes come back, and no half-written file has the name."""
    population = Normal(DIMENSION)
    probes = files.draw_probes(population, clean=2, degraded=2, strangers=1, seed=3)

    files.write_templates(tmp_path / "n.npy", population, 70, dimension=DIMENSION, seed=3)
    files.write_probes(tmp_path / "n-probes.npz", probes)

    assert np.array_equal(_gallery(population, 70), np.load(tmp_path / "n.npy", mmap_mode="r"))
    back = files.read_probes(tmp_path / "n-probes.npz")
    assert np.array_equal(probes.vectors, back.vectors)
    assert (probes.mates.tolist(), probes.kinds.tolist()) == (
        back.mates.tolist(),
        back.kinds.tolist(),
    )
    assert {"n.npy", "n-probes.npz"} == {path.name for path in tmp_path.iterdir()}


def test_a_turn_has_the_cosine_that_was_asked_for() -> None:
    """Whatever direction it is towards."""
    generator = np.random.default_rng(5)
    rows, towards = _directions(50, generator), _directions(50, generator)
    cosines = np.linspace(-0.9, 0.9, 50, dtype=np.float32)

    actual = turned(rows, cosines, towards)

    assert np.allclose(cosines, (rows * actual).sum(axis=1), atol=1e-5)
    assert np.allclose(1.0, np.linalg.norm(actual, axis=1), atol=1e-5)
