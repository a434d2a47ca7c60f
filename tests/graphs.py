"""Embedders made by hand: tiny graphs that judge a crop by its mean brightness m, in [-1, 1].

``embedding`` is (2 + r, 2 + g, 2 + b) from the channels' means, ``magnitude`` its length,
``uncertainty`` exp(-m), ``share`` max(0, -m), and ``patterns`` 40 max(0, -m) for `MASK`, 0 for the
others: dark crops are uncertain, and masked.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from faces import patterns

MASK = patterns.rectangles().tolist().index([3, 0, 5, 5])
"""The lower two fifths of the crop."""

LEARNED = ("embedding", "magnitude", "uncertainty", "patterns", "share")

UNCERTAINTY = {"method": '"uncertainty"', "midpoint": 0.5, "width": 0.25, "band": 0.1}
LOG_MAGNITUDE = {"method": '"log_magnitude"', "midpoint": 1.0, "width": 0.1}

_SHAPES: dict[str, tuple[str | int, ...]] = {
    "embedding": ("n", 3),
    "magnitude": ("n",),
    "uncertainty": ("n",),
    "share": ("n",),
}


def write(
    folder: Path,
    *outputs: str,
    quality: dict[str, object],
    unit: bool = True,
    cells: int = len(patterns.rectangles()),
) -> Path:
    """Put a graph with these outputs into a models folder as ``tiny``; returns the folder."""
    weights = np.zeros((1, cells), dtype=np.float32)
    weights[0, min(MASK, cells - 1)] = 40
    constants = {
        "two": np.full(3, 2, dtype=np.float32),
        "planes": np.array([1, 2, 3]),
        "sides": np.array([2, 3]),
        "last": np.array([1]),
        "weights": weights,
    }
    nodes = [
        helper.make_node("ReduceMean", ["input", "sides"], ["means"], keepdims=0),
        helper.make_node("ReduceMean", ["input", "planes"], ["mean"], keepdims=0),
        helper.make_node("Add", ["means", "two"], ["raw"]),
        helper.make_node("ReduceL2", ["raw", "last"], ["magnitude"], keepdims=0),
        helper.make_node("LpNormalization", ["raw"], ["direction"], axis=1, p=2),
        helper.make_node("Identity", ["direction" if unit else "raw"], ["embedding"]),
        helper.make_node("Neg", ["mean"], ["darkness"]),
        helper.make_node("Exp", ["darkness"], ["uncertainty"]),
        helper.make_node("Relu", ["darkness"], ["share"]),
        helper.make_node("Unsqueeze", ["share", "last"], ["column"]),
        helper.make_node("MatMul", ["column", "weights"], ["patterns"]),
    ]
    shapes = {**_SHAPES, "patterns": ("n", cells)}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, 112, 112])],
        [helper.make_tensor_value_info(o, TensorProto.FLOAT, shapes[o]) for o in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = helper.make_opsetid("", 18)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString()
    (folder / "tiny.onnx").write_bytes(content)
    rows = "\n".join(f"{key} = {value}" for key, value in quality.items())
    (folder / "models.toml").write_text(
        f"""
schema = 1
[models.tiny]
task = "embedder"
family = "arcface"
file = "tiny.onnx"
sha256 = "{hashlib.sha256(content).hexdigest()}"
dimension = 3
[models.tiny.preprocessing]
version = "1"
channels = "RGB"
mean = 127.5
scale = 127.5
[models.tiny.quality]
{rows}
""",
        encoding="utf-8",
    )
    return folder
