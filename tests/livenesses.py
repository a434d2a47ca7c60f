"""A liveness model made by hand: how bright a face and what is around it are.

For a patch that is black it says 1/3, for a white one 0.99 of a living person; the brighter the
patch, the more.
"""

import hashlib
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

NAME = "tiny-liveness"

_STRENGTH = 5.3
"""e to the power of it is 200: the share of a white patch is 200/202."""


def write(folder: Path, *, family: str = "minifasnet", batch: str | int = "n") -> Path:
    """Add `NAME` to a models folder that has a `models.toml`; returns the folder."""
    constants = {
        "planes": np.array([1, 2, 3]),
        "column": np.array([1]),
        "weights": np.array([[_STRENGTH / 255, 0, 0]], dtype=np.float32),
    }
    nodes = [
        helper.make_node("ReduceMean", ["input", "planes"], ["mean"], keepdims=0),
        helper.make_node("Unsqueeze", ["mean", "column"], ["means"]),
        helper.make_node("MatMul", ["means", "weights"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        NAME,
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [batch, 3, 128, 128])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [batch, 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString()
    (folder / f"{NAME}.onnx").write_bytes(content)
    with (folder / "models.toml").open("a", encoding="utf-8") as registry:
        registry.write(f"""
[models.{NAME}]
task = "liveness"
family = "{family}"
file = "{NAME}.onnx"
sha256 = "{hashlib.sha256(content).hexdigest()}"
[models.{NAME}.preprocessing]
channels = "RGB"
mean = 0.0
scale = 1.0
""")
    return folder


def among_ours(
    folder: Path, ours: Path, *, family: str = "minifasnet", batch: str | int = "n"
) -> Path:
    """The models of a folder and the tiny one, in a new folder; returns it."""
    folder.mkdir()
    for file in ours.glob("*.onnx"):
        (folder / file.name).symlink_to(file)
    (folder / "models.toml").write_bytes((ours / "models.toml").read_bytes())
    return write(folder, family=family, batch=batch)
