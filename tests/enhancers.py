"""Enhancers and fusion gates made by hand: tiny graphs whose answers can be told beforehand.

The enhancer halves every value and adds the first number of the camera's adapter; it says that the
noise is 40 times the scale. The gate weights the raw vector by 0.25 + 0.5 times the scale.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

SPACE = "0123456789abcdef"
"""Of the tiny enhancer's adapters."""

ADAPTER_SIZE = 3

_PIXELS = ("n", 3, 112, 112)


def write_enhancer(
    folder: Path,
    *,
    blind_to_black: bool = False,
    outputs: Sequence[str] = ("crop", "noise"),
    side: int = 112,
    adapter: tuple[str | int, ...] = ("n", ADAPTER_SIZE),
    batch: str | int = "n",
    space: str = SPACE,
) -> Path:
    """Add ``tiny-enhancer`` to a models folder; returns the folder.

    Args:
        folder: Its `models.toml` is made if it is not there.
        blind_to_black: Whether what it makes of a black crop is no number.
        outputs: Which of `crop` and `noise` there are.
        side: Of the crops that it makes.
        adapter: Shape of that input.
        batch: How many crops it takes.
        space: What the file says that its adapters must be of.
    """
    constants: dict[str, object] = {
        "half": np.float32(0.5),
        "forty": np.float32(40),
        "nothing": np.float32(0),
        "little": np.float32(0.1),
        "planes": np.array([1, 2, 3]),
        "zero": np.array([0]),
        "one": np.array([1]),
        "places": np.array([2, 3]),
        "start": np.array([0, 0]),
        "end": np.array([side, side]),
        "sides": np.array([2, 3]),
    }
    darkness = "nan" if blind_to_black else "nought"
    nodes = [
        helper.make_node("Slice", ["adapter", "zero", "one", "one"], ["first"]),
        helper.make_node("Unsqueeze", ["first", "places"], ["shift"]),
        helper.make_node("ReduceMean", ["input", "planes"], ["mean"], keepdims=1),
        helper.make_node("Sub", ["mean", "little"], ["light"]),
        # No number where the crop is black.
        helper.make_node("Sqrt", ["light"], ["root"]),
        helper.make_node("Mul", ["root", "nothing"], ["nan"]),
        helper.make_node("Mul", ["mean", "nothing"], ["nought"]),
        helper.make_node("Mul", ["input", "half"], ["halved"]),
        helper.make_node("Add", ["halved", "shift"], ["shifted"]),
        helper.make_node("Add", ["shifted", darkness], ["whole"]),
        helper.make_node("Slice", ["whole", "start", "end", "sides"], ["crop"]),
        helper.make_node("Mul", ["scale", "forty"], ["noise"]),
    ]
    shapes: dict[str, tuple[str | int, ...]] = {"crop": (batch, 3, side, side), "noise": (batch,)}
    model = _model(
        nodes,
        [
            _value("input", (batch, *_PIXELS[1:])),
            _value("scale", (batch,)),
            _value("adapter", adapter),
        ],
        [_value(name, shapes[name]) for name in outputs],
        constants,
    )
    model.metadata_props.add(key="adapter_space", value=space)
    entry = 'family = "enhancer"\n[models.tiny-enhancer.preprocessing]\n'
    entry += 'channels = "BGR"\nmean = 0.0\nscale = 255.0\n'
    return _add(folder, "tiny-enhancer", "enhancer", model, entry)


def write_gate(
    folder: Path,
    contract_id: str,
    *,
    dimension: int = 3,
    outputs: Sequence[str] = ("embedding", "gate"),
    slope: float = 0.5,
) -> Path:
    """Add ``tiny-gate`` to a models folder; returns the folder.

    Args:
        folder: Its `models.toml` is made if it is not there.
        contract_id: Of the vectors that it says it fuses.
        dimension: Of the vectors that it takes.
        outputs: Which of `embedding` and `gate` there are.
        slope: How much a scale of 1 adds to the weight of the raw vector.
    """
    constants: dict[str, object] = {
        "slope": np.float32(slope),
        "least": np.float32(0.25),
        "last": np.array([1]),
        "nothing": np.float32(0),
    }
    nodes = [
        helper.make_node("Mul", ["scale", "slope"], ["more"]),
        helper.make_node("Add", ["more", "least"], ["weight"]),
        helper.make_node("Add", ["raw_quality", "enhanced_quality"], ["qualities"]),
        helper.make_node("Mul", ["qualities", "nothing"], ["ignored"]),
        helper.make_node("Add", ["weight", "ignored"], ["gate"]),
        helper.make_node("Unsqueeze", ["gate", "last"], ["column"]),
        helper.make_node("Sub", ["raw", "enhanced"], ["apart"]),
        helper.make_node("Mul", ["column", "apart"], ["way"]),
        helper.make_node("Add", ["enhanced", "way"], ["between"]),
        helper.make_node("LpNormalization", ["between"], ["embedding"], axis=1, p=2),
    ]
    vectors = ("n", dimension)
    shapes: dict[str, tuple[str | int, ...]] = {"embedding": vectors, "gate": ("n",)}
    numbers = ("raw_quality", "enhanced_quality", "scale")
    model = _model(
        nodes,
        [
            _value("raw", vectors),
            _value("enhanced", vectors),
            *(_value(n, ("n",)) for n in numbers),
        ],
        [_value(name, shapes[name]) for name in outputs],
        constants,
    )
    entry = f'family = "gate"\ncontract = "{contract_id}"\n'
    return _add(folder, "tiny-gate", "fusion", model, entry)


def write_adapter(folder: Path, camera: str | None, name: str = "", **changes: object) -> Path:
    """Put an adapter for the tiny enhancer into a folder; returns the file.

    Args:
        folder: Where adapters are.
        camera: Whose it is.
        name: Of the file, if it is not the camera's.
        changes: Other content; None leaves an array out.
    """
    values = np.zeros(ADAPTER_SIZE, dtype=np.float32)
    values[0] = 0.25
    content: dict[str, object] = {"camera": camera, "space": SPACE, "values": values, **changes}
    path = folder / f"{name or f'camera-{camera}'}.npz"
    arrays = {key: np.asarray(value) for key, value in content.items() if value is not None}
    np.savez(path, **arrays)  # type: ignore[arg-type]  # numpy's stubs want a flag for each name
    return path


def _value(name: str, shape: Sequence[str | int]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    constants: Mapping[str, object],
) -> onnx.ModelProto:
    given = [numpy_helper.from_array(np.asarray(v), name) for name, v in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, given)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def _add(folder: Path, name: str, task: str, model: onnx.ModelProto, entry: str) -> Path:
    content = model.SerializeToString()
    (folder / f"{name}.onnx").write_bytes(content)
    toml = folder / "models.toml"
    before = toml.read_text(encoding="utf-8") if toml.exists() else "schema = 1\n"
    row = f'\n[models.{name}]\ntask = "{task}"\nfile = "{name}.onnx"\n'
    row += f'sha256 = "{hashlib.sha256(content).hexdigest()}"\n{entry}'
    toml.write_text(before + row, encoding="utf-8")
    return folder
