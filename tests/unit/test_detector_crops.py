"""Canvases and crops: where a point of the picture ends up, and how clean it is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from faces.alignment import TEMPLATE, Similarity, align
from faces.geometry import Letterbox
from services.detector.canvas import paint
from services.detector.crops import cut


def picture_of(landmarks: NDArray[np.float32], *, side: int, radius: float) -> NDArray[np.uint8]:
    """White discs with soft edges at the landmarks of a black square picture."""
    rows, columns = np.mgrid[:side, :side]
    distances = [np.hypot(columns - x, rows - y) for x, y in landmarks]
    light = np.clip(radius + 0.5 - np.min(distances, axis=0), 0, 1) * 255
    return np.repeat(light[..., None], 3, axis=2).round().astype(np.uint8)


def fitted(landmarks: NDArray[np.float32]) -> Similarity:
    fit = align(landmarks)
    assert fit is not None
    return fit


def centre_near(crop: NDArray[np.uint8], point: NDArray[np.float32]) -> NDArray[np.float64]:
    """Centre of the light within 6 px of a point of the crop."""
    rows, columns = np.mgrid[: crop.shape[0], : crop.shape[1]]
    near = np.hypot(columns - point[0], rows - point[1]) < 6
    light = crop[..., 0] * near
    centre: NDArray[np.float64] = np.array([(columns * light).sum(), (rows * light).sum()])
    return np.asarray(centre / light.sum(), dtype=np.float64)


@pytest.mark.parametrize("scale", [0.9, 1.4, 2.2, 3.7, 8.0], ids=lambda s: f"{s} times as large")
@pytest.mark.parametrize("angle", [0, 35], ids=lambda a: f"turned by {a} degrees")
def test_landmarks_land_on_the_template(scale: float, angle: float) -> None:
    """However large the face is: averaging first shifts nothing."""
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turned = (TEMPLATE - 56) @ np.array([[cos, sin], [-sin, cos]])
    landmarks = (turned * scale + 60 * scale + 33).astype(np.float32)
    pixels = picture_of(landmarks, side=round(130 * scale + 66), radius=2.5 * scale)

    crop = cut(pixels, fitted(landmarks))

    centres = [centre_near(crop, point) for point in TEMPLATE]
    np.testing.assert_allclose(centres, TEMPLATE, atol=0.25)


def test_a_large_face_is_averaged_not_sampled() -> None:
    """Noise of five by five pixels becomes one value of a fifth of the noise."""
    landmarks = (TEMPLATE * 5 + 20).astype(np.float32)
    noise = np.random.default_rng(7).normal(128, 30, (620, 620, 3)).round().astype(np.uint8)

    crop = cut(noise, fitted(landmarks))

    assert crop.std() < 30 / 4


def test_outside_of_the_picture_is_black() -> None:
    """A face cut by the left edge is not continued by repeating its edge."""
    landmarks = TEMPLATE - np.array([40, 0], dtype=np.float32)

    crop = cut(np.full((112, 112, 3), 255, dtype=np.uint8), fitted(landmarks))

    assert (0, 255) == (crop[:, :39].max(), crop[1:-1, 42:-1].min())


@pytest.mark.parametrize("scale", [0.8, 5.0], ids=["small face", "large face"])
def test_a_panorama_is_cut_like_any_picture(scale: float) -> None:
    """Sides beyond 32767 pixels, where older code of OpenCV ends, are nothing special."""
    landmarks = (TEMPLATE * scale + np.array([69_000, 0])).astype(np.float32)
    panorama = np.zeros((600, 70_000, 3), dtype=np.uint8)
    panorama[:, 69_000:] = 255

    assert 250 < cut(panorama, fitted(landmarks))[1:-1, 1:-1].min()
    assert 255 == paint(panorama, Letterbox.fit(70_000, 600, (640,))).max()


def test_a_face_far_outside_of_the_picture_is_black() -> None:
    """A network may say anything; cutting must not fail."""
    landmarks = (TEMPLATE * 6 - 5000).astype(np.float32)

    assert 0 == cut(np.full((50, 50, 3), 255, dtype=np.uint8), fitted(landmarks)).max()


@pytest.mark.parametrize(
    ("width", "height"),
    [
        pytest.param(1000, 600, id="wide"),
        pytest.param(37, 64, id="small"),
        pytest.param(2500, 20, id="a line"),
        pytest.param(640, 640, id="as large as the canvas"),
    ],
)
def test_a_canvas_shows_the_whole_picture(width: int, height: int) -> None:
    """White pictures become white rectangles, and the rest stays black."""
    fit = Letterbox.fit(width, height, (320, 640))
    canvas = paint(np.full((height, width, 3), 255, dtype=np.uint8), fit)

    assert (3, fit.side, fit.side) == canvas.shape
    assert 255 == canvas[:, : fit.height, : fit.width].min()
    assert 3 * 255 * fit.height * fit.width == canvas.sum()
