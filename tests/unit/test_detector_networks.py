"""The decoders of both families, on the real networks and on maps made by hand."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from faces.geometry import Letterbox
from meshkit.config import ConfigError
from meshkit.models.registry import find
from meshkit.models.session import Session
from services.detector import families
from services.detector.canvas import paint
from services.detector.centerface import CenterFace
from services.detector.port import Canvas, Network
from services.detector.yunet import YuNet

ROOT = Path(__file__).parents[2]
PHOTOS = ("obama", "obama2", "obama3", "biden")
TOLERANCE_PX = 0.01
"""Of boxes and landmarks, between a picture alone and in a batch, on a canvas of 640."""


def load(name: str) -> Network:
    file = find(ROOT / "models", name, task="detector")
    return families.network(file, Session(file.path, provider="cpu", threads=1))


def canvas_of(name: str, side: int) -> Canvas:
    pixels = np.asarray(Image.open(ROOT / ".cache" / "photos" / f"{name}.jpg").convert("RGB"))
    return paint(pixels, Letterbox.fit(pixels.shape[1], pixels.shape[0], (side,)))


@pytest.mark.parametrize("side", [320, 640])
@pytest.mark.parametrize("name", ["yunet", "centerface"])
def test_a_picture_has_the_same_faces_alone_and_in_a_batch(name: str, side: int) -> None:
    """Strangers' pictures do not change what is found in mine."""
    network = load(name)
    canvases = [canvas_of(photo, side) for photo in PHOTOS]

    together = network.detect(canvases, [0.3] * len(canvases))
    alone = [network.detect([canvas], [0.3])[0] for canvas in canvases]

    for one, other in zip(alone, together, strict=True):
        assert len(one) == len(other) >= 1
        np.testing.assert_allclose(one.boxes, other.boxes, atol=TOLERANCE_PX)
        np.testing.assert_allclose(one.landmarks, other.landmarks, atol=TOLERANCE_PX)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-4)


def test_each_picture_of_a_batch_has_its_own_least_score() -> None:
    """One caller's wish is not another's."""
    canvas = canvas_of("obama", 640)

    found = load("yunet").detect([canvas, canvas], [0.5, 1.0])

    assert [1, 0] == [len(seen) for seen in found]


@pytest.mark.parametrize("name", ["yunet", "centerface"])
def test_noise_is_no_face(name: str) -> None:
    """Nothing is found where nothing is."""
    noise = np.random.default_rng(7).integers(0, 256, (3, 320, 320), dtype=np.uint8)

    [found] = load(name).detect([noise], [0.5])

    assert (0, (0, 4), (0, 5, 2)) == (len(found), found.boxes.shape, found.landmarks.shape)


class Maps:
    """Runs nothing: gives the maps it was made with, and keeps what it was fed."""

    def __init__(self, maps: Mapping[str, NDArray[np.float32]]) -> None:
        self.maps = dict(maps)

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        self.fed = batch
        return self.maps


def yunet_maps(side: int) -> dict[str, NDArray[np.float32]]:
    widths = {"cls": 1, "obj": 1, "bbox": 4, "kps": 10}
    return {
        f"{name}_{stride}": np.zeros((1, (side // stride) ** 2, width), dtype=np.float32)
        for name, width in widths.items()
        for stride in (8, 16, 32)
    }


def test_yunet_is_decoded_as_its_card_says() -> None:
    """Row 3, column 2 of the map of stride 16, by hand."""
    maps = yunet_maps(64)
    row = 3 * 4 + 2
    maps["cls_16"][0, row], maps["obj_16"][0, row] = 0.81, 1.7
    maps["bbox_16"][0, row] = (0.5, 0.25, np.log(2), np.log(3))
    maps["kps_16"][0, row] = np.arange(10) / 10

    [found] = YuNet(Maps(maps), channels="BGR").detect([np.zeros((3, 64, 64), np.uint8)], [0.5])

    np.testing.assert_allclose([0.9], found.scores, rtol=1e-6)
    np.testing.assert_allclose([[24, 28, 56, 76]], found.boxes, rtol=1e-6)
    expected = (np.array([2, 3]) + np.arange(10).reshape(5, 2) / 10) * 16
    np.testing.assert_allclose(expected[None], found.landmarks, rtol=1e-6)


def test_centerface_is_decoded_as_its_card_says() -> None:
    """Row 3, column 2, by hand; its maps say y before x."""
    channels = {"heatmap": 1, "size": 2, "offset": 2, "landmarks": 10}
    maps = {name: np.zeros((1, n, 16, 16), dtype=np.float32) for name, n in channels.items()}
    maps["heatmap"][0, 0, 3, 2] = 0.7
    maps["size"][0, :, 3, 2] = np.log(6), np.log(5)
    maps["offset"][0, :, 3, 2] = 0.25, 0.5
    maps["landmarks"][0, :, 3, 2] = np.arange(10) / 10

    network = CenterFace(Maps(maps), channels="RGB")
    [found] = network.detect([np.zeros((3, 64, 64), np.uint8)], [0.5])

    np.testing.assert_allclose([0.7], found.scores, rtol=1e-6)
    np.testing.assert_allclose([[2, 3, 22, 27]], found.boxes, rtol=1e-6)
    shares = np.arange(10).reshape(5, 2)[:, ::-1] / 10
    np.testing.assert_allclose([np.array([2, 3]) + shares * [20, 24]], found.landmarks, rtol=1e-5)


@pytest.mark.parametrize(
    ("channels", "order"),
    [pytest.param("RGB", [0, 1, 2], id="RGB"), pytest.param("BGR", [2, 1, 0], id="BGR")],
)
def test_channels_are_fed_in_the_order_of_the_registry(channels: str, order: list[int]) -> None:
    """Canvases are RGB; networks differ."""
    runner = Maps(yunet_maps(64))
    canvas = np.broadcast_to(np.arange(3, dtype=np.uint8)[:, None, None], (3, 64, 64))
    YuNet(runner, channels=channels).detect([canvas], [0.5])

    assert order == runner.fed[0, :, 5, 5].tolist()


def test_an_unknown_family_cannot_be_served() -> None:
    """An operator who declares another network is told at start."""
    file = find(ROOT / "models", "mobilefacenet", task="embedder")

    with pytest.raises(ConfigError, match="family arcface"):
        families.network(file, Maps({}))
