"""Embedders of crops, made in code: what they say is known to the last digit."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper

from evaluation.lfw import Pairs
from evaluation.memory import Memory
from evaluation.subject import Subject, open_subject
from evaluation.trial import Trial

TOML = """\
schema = 1

[models.made]
task = "embedder"
family = "arcface"
file = "made.onnx"
sha256 = "{sha256}"
dimension = 192

[models.made.preprocessing]
version = "1"
channels = "BGR"
mean = 0.0
scale = 1.0

[models.made.quality]
{quality}
"""

BY_MAGNITUDE = 'method = "log_magnitude"\nmidpoint = 5.0\nwidth = 0.5'
BY_UNCERTAINTY = (
    'method = "uncertainty"\nmidpoint = -3.5\nwidth = 0.5\nband = 0.25\n'
    "parity_midpoint = -3.0\nparity_width = 1.0"
)


def contrast(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Levels of 14 px tiles less their mean: shape (n, 192), what the model calls a vector."""
    levels = crops.reshape(-1, 8, 14, 8, 14, 3).mean(axis=(2, 4))
    levels -= levels.mean(axis=(1, 2, 3), keepdims=True)
    return np.asarray(levels.transpose(0, 3, 1, 2).reshape(len(crops), -1))


def declare(folder: Path, *, learned: bool = False, quality: str = "") -> Path:
    """Write a model that gives `contrast`, and its registry.

    Args:
        folder: Where to.
        learned: It also says its magnitude, an uncertainty (one over the magnitude), a share
            (.5) and patterns ("nothing" for every crop).
        quality: The lines of its table; by magnitude, or by uncertainty if it is learned.
    """
    nodes = [
        helper.make_node(
            "AveragePool", ["input"], ["levels"], kernel_shape=[14, 14], strides=[14, 14]
        ),
        helper.make_node("ReduceMean", ["levels"], ["level"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Sub", ["levels", "level"], ["contrast"]),
        helper.make_node("Flatten", ["contrast"], ["embedding"]),
    ]
    outputs: dict[str, list[str | int | None]] = {"embedding": ["n", 192]}
    constants = []
    if learned:
        nodes += [
            helper.make_node("ReduceL2", ["embedding"], ["magnitude"], axes=[1], keepdims=0),
            helper.make_node("Reciprocal", ["magnitude"], ["uncertainty"]),
            helper.make_node("Mul", ["magnitude", "nought"], ["zeros"]),
            helper.make_node("Add", ["zeros", "half"], ["share"]),
            helper.make_node("Unsqueeze", ["share", "axis"], ["column"]),
            helper.make_node("Mul", ["column", "nothing"], ["patterns"]),
        ]
        outputs |= {
            "magnitude": ["n"],
            "uncertainty": ["n"],
            "share": ["n"],
            "patterns": ["n", 226],
        }
        constants = [
            helper.make_tensor("nought", TensorProto.FLOAT, [], [0.0]),
            helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]),
            helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
            helper.make_tensor("nothing", TensorProto.FLOAT, [1, 226], [1.0] + [0.0] * 225),
        ]
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, 112, 112])
    made = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in outputs.items()
    ]
    graph = helper.make_graph(nodes, "made", [given], made[::-1], constants)
    opset = [helper.make_opsetid("", 13)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=7).SerializeToString()
    (folder / "made.onnx").write_bytes(model)
    return _register(folder, quality or (BY_UNCERTAINTY if learned else BY_MAGNITUDE))


def made(folder: Path, *, learned: bool = False) -> Subject:
    """That model, opened."""
    return open_subject(declare(folder, learned=learned), "made", threads=1)


def people(count: int = 12, *, seed: int = 5, noise: float = 0.6) -> Pairs:
    """Two photos of each: the same pattern, the second one with more `noise`; and pairs of two."""
    generator = np.random.default_rng(seed)
    crops = []
    for _ in range(count):
        pattern = generator.normal(size=(8, 8, 3))
        for spread in (0.2, noise):
            tiles = 128 + 30 * (pattern + spread * generator.normal(size=(8, 8, 3)))
            pixels = np.kron(tiles, np.ones((14, 14, 1))).clip(0, 255)
            crops.append(pixels.astype(np.uint8))
    photos = np.arange(count)
    return Pairs(
        crops=np.stack(crops),
        people=np.repeat(photos, 2),
        first=np.concatenate([2 * photos, 2 * photos]),
        second=np.concatenate([2 * photos + 1, 2 * np.roll(photos, 1)]),
        same=np.repeat([True, False], count),
        folds=np.tile(1 + photos % 2, 2),
    )


def trial(subject: Subject, photos: Pairs, *, probes: int = 12) -> Trial:
    """A model before them; nothing is kept."""
    return Trial(subject, photos, photos.mated(probes), Memory(None))


def _register(folder: Path, quality: str) -> Path:
    sha256 = hashlib.sha256((folder / "made.onnx").read_bytes()).hexdigest()
    text = TOML.format(sha256=sha256, quality=quality)
    (folder / "models.toml").write_text(text, encoding="utf-8")
    return folder
