"""The recognisers of the identity loss: frozen, and the one that is never served is dlib's."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from faces.alignment import TEMPLATE
from tests.trainees import batch_of, patterns
from training import served
from training.backbone import shipped
from training.enhancer import resnet, upstream
from training.enhancer.recognisers import Other, Recogniser, Served
from training.enhancer.samples import tensors
from training.gate.network import Gate
from training.robust.model import RobustBranch

pytestmark = pytest.mark.usefixtures("one_thread")

Weights = dict[str, np.ndarray]

FETCHED = all((upstream.FOLDER / name).exists() for name in upstream._PINS)


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Weights]:
    """Files as TensorFlow.js writes them, with random weights; some are bytes."""
    generator = np.random.default_rng(8)
    entries, content, told = [], b"", {}
    for name, shape in shapes():
        values = generator.normal(0, (2 / np.prod(shape[:-1])) ** 0.5, shape)
        if name.endswith("scale/weights"):
            values = np.abs(values) + 0.5
        entry: dict[str, object] = {"name": name, "shape": shape, "dtype": "float32"}
        stored: NDArray[np.generic] = values.astype(np.float32)
        if len(shape) == 4 and shape[3] >= 128:
            scale, low = float(np.ptp(values)) / 255, float(values.min())
            levels = np.rint((values - low) / scale)
            stored = levels.astype(np.uint8)
            entry["quantization"] = {"dtype": "uint8", "scale": scale, "min": low}
            values = levels * scale + low
        entries.append(entry)
        content += stored.tobytes()
        told[name] = values.astype(np.float32)
    folder = tmp_path_factory.mktemp("other")
    (folder / "weights.bin").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps([{"weights": entries}]))
    return folder / "manifest.json", folder / "weights.bin", told


def shapes() -> Iterator[tuple[str, list[int]]]:
    def unit(name: str, inputs: int, outputs: int, side: int) -> Iterator[tuple[str, list[int]]]:
        yield f"{name}/conv/filters", [side, side, inputs, outputs]
        for part in ("conv/bias", "scale/weights", "scale/biases"):
            yield f"{name}/{part}", [outputs]

    yield from unit("conv32_down", 3, 32, 7)
    inputs = 32
    for name, outputs in NAMES:
        yield from unit(f"{name}/conv1", inputs, outputs, 3)
        yield from unit(f"{name}/conv2", outputs, outputs, 3)
        inputs = outputs
    yield "fc", [256, 128]


NAMES = [
    (f"conv{width}_{name}", width)
    for width, names in {
        32: ["1", "2", "3"],
        64: ["down", "1", "2", "3"],
        128: ["down", "1", "2"],
        256: ["down", "1", "2", "down_out"],
    }.items()
    for name in names
]


def by_hand(chips: Tensor, told: Weights) -> Tensor:
    """dlib's network as its layers' names tell it, each affine layer after its convolution."""

    def unit(maps: Tensor, name: str, stride: int, padding: int) -> Tensor:
        filters = torch.from_numpy(told[f"{name}/conv/filters"]).permute(3, 2, 0, 1)
        bias = torch.from_numpy(told[f"{name}/conv/bias"])
        found = functional.conv2d(maps, filters, bias, stride, padding)
        scale, shift = (told[f"{name}/scale/{it}"] for it in ("weights", "biases"))
        return (
            found * torch.from_numpy(scale)[:, None, None] + torch.from_numpy(shift)[:, None, None]
        )

    maps = functional.max_pool2d(unit(chips, "conv32_down", 2, 0).relu(), 3, 2)
    for name, _ in NAMES:
        halves = "down" in name
        found = unit(maps, f"{name}/conv1", 2 if halves else 1, 0 if halves else 1).relu()
        found = unit(found, f"{name}/conv2", 1, 1)
        if halves:
            short = functional.avg_pool2d(maps, 2)
            whole = torch.zeros(len(chips), found.shape[1], *short.shape[2:])
            whole[:, : short.shape[1]] = short
            whole[:, :, : found.shape[2], : found.shape[3]] += found
            maps = whole.relu()
        else:
            maps = (maps + found).relu()
    return maps.mean((2, 3)) @ torch.from_numpy(told["fc"])


@torch.no_grad()
def test_the_network_is_that_of_the_file(made: tuple[Path, Path, Weights]) -> None:
    """Bytes become numbers, affine layers go into convolutions: the same vectors."""
    manifest, weights, told = made
    chips = torch.rand(2, 3, 150, 150) - 0.5
    vectors, maps = resnet.load(manifest, weights).look(chips)
    expected = by_hand(chips, told)

    assert torch.allclose(expected, vectors, rtol=1e-3, atol=1e-3 * expected.abs().max().item())
    assert [(32, 35), (64, 17), (128, 8), (256, 4)] == [(m.shape[1], m.shape[2]) for m in maps]


def test_a_file_of_another_network_is_refused(
    made: tuple[Path, Path, Weights], tmp_path: Path
) -> None:
    """Fewer layers, or more bytes than the manifest tells of."""
    manifest, weights, _ = made
    (tmp_path / "longer.bin").write_bytes(weights.read_bytes() + b"0")
    [group] = json.loads(manifest.read_text())
    (tmp_path / "fewer.json").write_text(json.dumps([{"weights": group["weights"][:4]}]))
    first = 4 * 7 * 7 * 3 * 32 + 3 * 4 * 32
    (tmp_path / "fewer.bin").write_bytes(weights.read_bytes()[:first])

    with pytest.raises(ValueError, match="bytes, the manifest tells of"):
        resnet.load(manifest, tmp_path / "longer.bin")
    with pytest.raises(ValueError, match="has 1 convolutions, not 29"):
        resnet.load(tmp_path / "fewer.json", tmp_path / "fewer.bin")


@pytest.mark.skipif(not FETCHED, reason="the recogniser was not fetched: it is for training only")
@torch.no_grad()
def test_dlibs_network_says_what_tensorflow_says() -> None:
    """The package's own code on a made picture, in TensorFlow.js: the same numbers."""
    files = upstream.files()
    rows, columns, channels = np.mgrid[0:150, 0:150, 0:3]
    waves = 60 * np.sin(columns * 0.11 * (channels + 1) + rows * 0.07)
    waves += 40 * np.cos(rows * 0.13 * (channels + 1))
    chip = (np.floor(127.5 + waves) - np.array([122.782, 117.001, 104.298])) / 255
    given = torch.from_numpy(chip.astype(np.float32)).permute(2, 0, 1)[None]
    vectors, _ = resnet.load(files.manifest, files.weights).look(given)

    expected = [-0.134952, 0.119132, 0.070823, -0.035348, -0.090176, -0.116823, -0.060905]
    assert expected == pytest.approx(vectors[0, :7].tolist(), abs=1e-5)
    assert 1.331967 == pytest.approx(vectors.norm().item(), abs=1e-4)


def judge(trust: float) -> Served:
    """A robust branch of its own, which the gate trusts so much, in logits."""
    torch.manual_seed(3)
    branch, gate = RobustBranch(shipped.load()), Gate(hidden=0)
    nn.init.normal_(branch.backbone.get_parameter("project.0.weight"), std=0.05)
    nn.init.zeros_(gate.get_parameter("layers.2.weight"))
    nn.init.constant_(gate.get_parameter("layers.2.bias"), trust)
    return Served(shipped.load(), branch, gate)


@pytest.mark.parametrize("trust", [pytest.param(-9.0, id="frozen"), pytest.param(1.0, id="both")])
@torch.no_grad()
def test_the_served_one_sees_what_is_served(trust: float) -> None:
    """Crops in [0, 1] give the vectors that the served embedder gives its own input."""
    seeing, crops = judge(trust), patterns(2, 1)
    found = seeing(tensors(list(crops)))
    expected = served.Served(seeing.network, seeing.robust, seeing.gate)(batch_of(crops)).raw

    assert torch.allclose(expected, found.vectors, atol=1e-3)
    assert [(64, 28), (128, 14)] == [(m.shape[1], m.shape[2]) for m in found.maps]


class Watched(resnet.ResNet):
    """Keeps what it is shown."""

    def look(self, chips: Tensor) -> tuple[Tensor, list[Tensor]]:
        self.shown = chips
        return super().look(chips)


@torch.no_grad()
def test_the_other_one_sees_the_face_where_dlib_would_put_it() -> None:
    """Marks at the template's eyes and nose arrive at the places of dlib's mean face, in RGB."""
    network = Watched()
    crops = torch.zeros(1, 3, 112, 112)
    for column, row in np.rint(TEMPLATE[:3]).astype(int):
        crops[0, 0, row - 1 : row + 2, column - 1 : column + 2] = 1.0
    Other(network)(crops)
    blue = network.shown[0, 2] + 104.298 / 255

    assert 0.0 == pytest.approx((network.shown[0, 0] + 122.782 / 255).abs().max().item(), abs=1e-5)
    # Of dlib's five-point mean face on a chip of 150 px with padding .25: eyes' centres.
    for column, row in [(47.7, 47.1), (100.3, 47.1)]:
        near = blue[round(row) - 6 : round(row) + 7, round(column) - 6 : round(column) + 7]
        place = torch.nonzero(near > 0.9 * near.max()).float().mean(0)
        assert near.max().item() > 0.8
        assert [6.0, 6.0] == pytest.approx(place.tolist(), abs=2.0)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: judge(1.0), id="served"),
        pytest.param(lambda: Other(resnet.ResNet()), id="other"),
    ],
)
def test_gradients_reach_the_crops_and_no_weight(make: Callable[[], Served | Other]) -> None:
    """Recognisers stand still; in training mode, too, they answer as in use."""
    recogniser = make()
    crops = tensors(list(patterns(1, 1))).requires_grad_()
    look = recogniser(crops)
    (look.vectors[:, 0].sum() + look.maps[0].mean()).backward()
    taught: Recogniser = recogniser

    assert crops.grad is not None
    assert 0 < crops.grad.abs().max().item()
    assert all(parameter.grad is None for parameter in nn.Module.parameters(recogniser))
    assert 1.0 == pytest.approx(look.vectors.norm().item(), abs=1e-5)
    assert 0 < taught.apart <= 1
