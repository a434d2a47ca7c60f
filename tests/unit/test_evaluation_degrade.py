"""What a camera spoils: seeded, the same shape, and worse where it is meant to be worse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from evaluation import degrade
from evaluation.crops import Crop
from tests import images

Way = Callable[[Crop, np.random.Generator], Crop]

WAYS = [way for stage in degrade.STAGES for way in stage]

every_way = pytest.mark.parametrize("way", WAYS, ids=[way.__name__ for way in WAYS])


class AtSeverity(np.random.Generator):
    """Draws its levels at a place of our choice in their range; its noise is real."""

    def __init__(self, share: float) -> None:
        super().__init__(np.random.PCG64(3))
        self._share = share

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return low + self._share * (high - low)

    def integers(self, low: Any, high: Any = None, *_: Any, **__: Any) -> Any:
        return low + round(self._share * (high - 1 - low))


class Chooses(np.random.Generator):
    """Picks the stages that we name; all else is left to the seed."""

    def __init__(self, seed: int, *stages: int) -> None:
        super().__init__(np.random.PCG64(seed))
        self._stages = stages

    def choice(self, *_: Any, **__: Any) -> Any:
        return len(self._stages)

    def permutation(self, *_: Any, **__: Any) -> Any:
        return np.array([*self._stages, *set(range(5)) - set(self._stages)])


def _crop() -> Crop:
    """A gradient with texture at two scales: something for every way to spoil."""
    fine = images.noise(112, 112) // 6
    coarse = np.kron(images.noise(14, 14, seed=8) // 4, np.ones((8, 8, 1), np.uint8))
    return np.asarray(images.gradient(112, 112) // 2 + fine + coarse, dtype=np.uint8)


def _error(spoiled: Crop) -> float:
    return float(np.abs(spoiled.astype(float) - _crop()).mean())


@every_way
def test_a_way_keeps_the_kind_of_picture(way: Way) -> None:
    """Another crop of the same shape and type; the one given stays as it is."""
    crop = _crop()
    crop.flags.writeable = False

    spoiled = way(crop, np.random.default_rng(0))

    assert (112, 112, 3) == spoiled.shape
    assert np.uint8 == spoiled.dtype
    assert _error(spoiled) > 0.5


@every_way
def test_a_way_depends_on_its_seed_only(way: Way) -> None:
    """The same seed spoils the same, another one differently."""
    once, again, other = (way(_crop(), np.random.default_rng(seed)) for seed in (1, 1, 2))

    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


@pytest.mark.parametrize(
    ("way", "best", "worst"),
    [
        pytest.param(degrade.darken, 1.0, 0.0, id="less light"),
        pytest.param(degrade.gaussian_blur, 0.0, 1.0, id="a wider blur"),
        pytest.param(degrade.motion_blur, 0.0, 1.0, id="a longer way"),
        pytest.param(degrade.downscale, 1.0, 0.0, id="fewer pixels"),
        pytest.param(degrade.gaussian_noise, 0.0, 1.0, id="more noise"),
        pytest.param(degrade.shot_noise, 1.0, 0.0, id="fewer photons"),
        pytest.param(degrade.jpeg, 1.0, 0.0, id="lower quality"),
    ],
)
def test_a_way_gets_worse_with_its_level(way: Way, best: float, worst: float) -> None:
    """From one end of its range to the other, step by step."""
    shares = np.linspace(best, worst, 5)

    errors = [_error(way(_crop(), AtSeverity(share))) for share in shares]

    assert sorted(errors) == errors
    assert errors[-1] > 1.15 * errors[0]


def test_darkness_is_linear_in_light() -> None:
    """Half of the light, at gamma 2.2, leaves 73 % of a level."""
    grey = np.full((112, 112, 3), 200, np.uint8)

    dark = degrade.darken(grey, AtSeverity(1.0))

    assert {146} == set(dark.ravel().tolist())


@pytest.mark.parametrize("way", [degrade.gaussian_blur, degrade.motion_blur, degrade.downscale])
@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_flat_picture_has_nothing_to_lose(way: Way, share: float) -> None:
    """A blur moves no light in or out of the picture."""
    grey = np.full((112, 112, 3), 90, np.uint8)

    spoiled = way(grey, AtSeverity(share))

    assert np.abs(spoiled.astype(int) - 90).max() <= 1


@pytest.mark.parametrize(
    ("way", "share", "spread"),
    [
        pytest.param(degrade.gaussian_noise, 0.5, 32.5, id="half way from 5 to 60 levels"),
        # 200 photons make white, so 100.4 make this grey: Poisson, with that variance.
        pytest.param(degrade.shot_noise, 1.0, 100.4**0.5 / 200 * 255, id="200 photons to white"),
    ],
)
def test_noise_has_the_spread_that_it_says(way: Way, share: float, spread: float) -> None:
    """Around a grey that it leaves as bright as before."""
    noisy = way(np.full((112, 112, 3), 128, np.uint8), AtSeverity(share))

    assert spread == pytest.approx(float(noisy.std()), rel=0.03)
    assert float(noisy.mean()) == pytest.approx(128.0, abs=1.0)


def test_stages_follow_the_way_of_the_light() -> None:
    """Chosen in any order: darkness comes before noise, noise before the codec."""
    generator = np.random.default_rng(6)
    expected = _crop()
    for ways in (degrade.STAGES[0], degrade.STAGES[3], degrade.STAGES[4]):
        expected = ways[int(generator.integers(len(ways)))](expected, generator)

    assert np.array_equal(expected, degrade.degrade(_crop(), Chooses(6, 4, 0, 3)))


def test_a_crop_is_spoiled_by_as_many_stages_as_drawn() -> None:
    """One here: the blur, and nothing of what stands behind it."""
    generator = np.random.default_rng(6)
    ways = degrade.STAGES[1]
    expected = ways[int(generator.integers(2))](_crop(), generator)

    assert np.array_equal(expected, degrade.degrade(_crop(), Chooses(6, 1)))


def test_every_crop_is_spoiled_and_each_seed_does_it_its_own_way() -> None:
    """40 seeds, 40 pictures, none of them the original; twice the same."""
    spoiled = [degrade.degrade(_crop(), np.random.default_rng(seed)) for seed in range(40)]
    again = [degrade.degrade(_crop(), np.random.default_rng(seed)) for seed in range(40)]

    assert {((112, 112, 3), np.dtype(np.uint8))} == {(s.shape, s.dtype) for s in spoiled}
    assert len({s.tobytes() for s in spoiled} | {_crop().tobytes()}) == 41
    assert [s.tobytes() for s in spoiled] == [s.tobytes() for s in again]
