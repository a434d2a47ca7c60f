"""Joins both halves: crops whose share is small never enter the robust branch.

The branch is the body of an ONNX `If`, over those crops of the batch that want it. So a batch of
clean crops costs what the frozen backbone costs, and n crops at once are still n times one.
"""

import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

from training.backbone.network import DIMENSION
from training.export.parts import Always, Sometimes
from training.gate.network import CLOSED

OPSET = 18

NOT_LOOKED_FOR = 10.0
"""Logit of "nothing covered" for crops that the robust branch does not see; the others are 0."""


def write(always: Always, sometimes: Sometimes, path: Path, *, patterns: int) -> None:
    """Write the served graph.

    Its input is `input`, (n, 3, 112, 112); its outputs are `embedding` (n, 512) of unit length,
    and `magnitude`, `uncertainty`, `share` (n,) and `patterns` (n, p).
    """
    outer = _exported(
        always.eval(), "a/", ["input"], ["direction", "magnitude", "uncertainty", "gate"]
    )
    inner = _exported(sometimes.eval(), "s/", ["chosen"], ["its_direction", "its_patterns"])
    nodes = [*outer.node, *_choice(), _branch(inner, patterns), *_mixture()]
    outputs: dict[str, Sequence[int | str]] = {
        "embedding": ("n", DIMENSION),
        "magnitude": ("n",),
        "uncertainty": ("n",),
        "share": ("n",),
        "patterns": ("n", patterns),
    }
    graph = helper.make_graph(
        nodes,
        "sureface",
        [_value("input", ["n", 3, 112, 112])],
        [_value(name, shape) for name, shape in outputs.items()],
        [*outer.initializer, *_constants(patterns)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString())


def _exported(
    part: nn.Module, prefix: str, inputs: list[str], outputs: list[str]
) -> onnx.GraphProto:
    """A part's graph; the names of its values begin with `prefix`, but for these."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Of torch's exporter about torch.
        warnings.simplefilter("ignore")
        file = Path(folder) / "part.onnx"
        torch.onnx.export(
            part,
            (torch.zeros(2, 3, 112, 112),),
            file,
            opset_version=OPSET,
            input_names=inputs,
            output_names=outputs,
            dynamic_shapes=({0: torch.export.Dim("n")},),
            external_data=False,
            verbose=False,
        )
        graph = onnx.load(file).graph
    kept = {*inputs, *outputs, ""}
    for node in graph.node:
        node.name = prefix + node.name
        for names in (node.input, node.output):
            names[:] = [name if name in kept else prefix + name for name in names]
    for tensor in graph.initializer:
        tensor.name = prefix + tensor.name
    return graph


def _choice() -> list[onnx.NodeProto]:
    """Which crops the robust branch sees."""
    return [
        helper.make_node("Greater", ["gate", "closed"], ["open"]),
        helper.make_node("Cast", ["open"], ["opened"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["gate", "opened"], ["share"]),
        helper.make_node("ReduceMax", ["opened"], ["most"], keepdims=0),
        helper.make_node("Greater", ["most", "zero"], ["any"]),
        helper.make_node("Shape", ["gate"], ["count"]),
        helper.make_node("Concat", ["count", "dimension"], ["all_directions"], axis=0),
        helper.make_node("Concat", ["count", "one"], ["all_rows"], axis=0),
        helper.make_node("Expand", ["zeros", "all_directions"], ["no_directions"]),
        helper.make_node("Tile", ["default_patterns", "all_rows"], ["no_patterns"]),
    ]


def _branch(inner: onnx.GraphProto, patterns: int) -> onnx.NodeProto:
    shapes: dict[str, Sequence[int | str]] = {
        "others": ("n", DIMENSION),
        "patterns": ("n", patterns),
    }
    ran = helper.make_graph(
        [
            helper.make_node("NonZero", ["open"], ["places"]),
            helper.make_node("Transpose", ["places"], ["rows"], perm=[1, 0]),
            helper.make_node("Squeeze", ["places", "first_axis"], ["row"]),
            helper.make_node("Gather", ["input", "row"], ["chosen"], axis=0),
            *inner.node,
            helper.make_node(
                "ScatterND", ["no_directions", "rows", "its_direction"], ["ran_others"]
            ),
            helper.make_node(
                "ScatterND", ["no_patterns", "rows", "its_patterns"], ["ran_patterns"]
            ),
        ],
        "ran",
        [],
        [_value(f"ran_{name}", shape) for name, shape in shapes.items()],
        list(inner.initializer),
    )
    skipped = helper.make_graph(
        [
            helper.make_node("Identity", ["no_directions"], ["skipped_others"]),
            helper.make_node("Identity", ["no_patterns"], ["skipped_patterns"]),
        ],
        "skipped",
        [],
        [_value(f"skipped_{name}", shape) for name, shape in shapes.items()],
    )
    return helper.make_node("If", ["any"], list(shapes), then_branch=ran, else_branch=skipped)


def _mixture() -> list[onnx.NodeProto]:
    """Both directions as one, of unit length."""
    return [
        helper.make_node("Unsqueeze", ["share", "last_axis"], ["column"]),
        helper.make_node("Sub", ["whole", "column"], ["rest"]),
        helper.make_node("Mul", ["rest", "direction"], ["mine"]),
        helper.make_node("Mul", ["column", "others"], ["theirs"]),
        helper.make_node("Add", ["mine", "theirs"], ["both"]),
        helper.make_node("LpNormalization", ["both"], ["embedding"], axis=1, p=2),
    ]


def _constants(patterns: int) -> list[onnx.TensorProto]:
    floats, integers = TensorProto.FLOAT, TensorProto.INT64
    nothing = [NOT_LOOKED_FOR, *([0.0] * (patterns - 1))]
    return [
        helper.make_tensor("closed", floats, [], [CLOSED]),
        helper.make_tensor("zero", floats, [], [0.0]),
        helper.make_tensor("whole", floats, [], [1.0]),
        helper.make_tensor("zeros", floats, [1, 1], [0.0]),
        helper.make_tensor("default_patterns", floats, [1, patterns], nothing),
        helper.make_tensor("dimension", integers, [1], [DIMENSION]),
        helper.make_tensor("one", integers, [1], [1]),
        helper.make_tensor("first_axis", integers, [1], [0]),
        helper.make_tensor("last_axis", integers, [1], [1]),
    ]


def _value(name: str, shape: Sequence[int | str]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
