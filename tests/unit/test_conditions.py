"""What a crop says of light, noise and movement."""

import numpy as np
import pytest

from degradations import LADDERS
from faces.conditions import look_at
from tests.portraits import Pixels


def crop() -> Pixels:
    """A smooth drawing of middling light with some edges; shape (112, 112, 3)."""
    generator = np.random.default_rng(5)
    coarse = generator.integers(110, 230, (14, 14, 1), dtype=np.uint8)
    return np.repeat(np.kron(coarse, np.ones((8, 8, 1), dtype=np.uint8)), 3, axis=2)


def spoiled(name: str, severity: float) -> Pixels:
    """Degradations take and give BGR; greys are the same either way."""
    return LADDERS[name].apply(crop(), severity, np.random.default_rng(3))


def complaints(pixels: Pixels) -> set[str]:
    seen = look_at(pixels)
    return {name for name in ("dark", "bright", "noisy", "blurred") if getattr(seen, name)}


@pytest.mark.parametrize(
    ("name", "severity", "expected"),
    [
        pytest.param("underexposure", 0.5, set(), id="a little dim"),
        pytest.param("underexposure", 4.0, {"dark"}, id="dark"),
        pytest.param("overexposure", 2.0, {"bright"}, id="bright"),
        pytest.param("iso", 400.0, set(), id="a good sensor"),
        pytest.param("iso", 12800.0, {"noisy"}, id="noisy"),
        pytest.param("defocus", 5.0, {"blurred"}, id="out of focus"),
        pytest.param("motion", 20.0, {"blurred"}, id="moved"),
    ],
)
def test_what_a_camera_did_is_seen(name: str, severity: float, expected: set[str]) -> None:
    """Each cause is called by its name, and mild ones are not called at all."""
    assert set() == complaints(crop())
    assert expected == complaints(spoiled(name, severity))


def test_noise_is_measured_in_levels() -> None:
    """Noise of a known strength is found to 5 %."""
    noise = np.random.default_rng(1).normal(0, 10, (112, 112, 1))
    grey = np.repeat(np.clip(128 + noise, 0, 255).round(), 3, axis=2).astype(np.uint8)

    assert pytest.approx(10, rel=0.05) == look_at(grey).noise


def test_edges_are_no_noise() -> None:
    """Hair and glasses have edges that an average would take for noise."""
    striped = np.full((112, 112, 3), 90, dtype=np.uint8)
    striped[::8] = 200

    assert 0 == look_at(striped).noise
