"""Frees the baked dimensions of an ONNX graph and clears weights that only cost time."""

from collections.abc import Iterable, Mapping

import numpy as np
import onnx
from onnx import numpy_helper

from tools.models.recipes import Recipe, Shape
from tools.models.registry import ModelsWrong

DUST = 1e-15
"""Weights nearer to zero than this become zero.

They change no output, but their products are subnormal numbers, on which a processor is slow: the
upstream MobileFaceNet has thousands and takes 60 ms with them, 9 ms without.
"""


def reexport(original: bytes, recipe: Recipe) -> bytes:
    """Give a model free dimensions and readable names.

    The result depends on the arguments only: no date, no version of a tool.

    Raises:
        ModelsWrong: The graph does not have the inputs and outputs of the recipe.
    """
    model = onnx.load_from_string(original)
    graph = model.graph
    _drop_weights_from_inputs(graph)
    _rename(graph, recipe.renames)
    _free_reshapes(graph)
    _clear_dust(graph)
    del graph.value_info[:]  # upstream's notes about shapes that no longer hold
    _set_shapes(graph.input, recipe.inputs)
    _set_shapes(graph.output, recipe.outputs)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def _drop_weights_from_inputs(graph: onnx.GraphProto) -> None:
    """Make weights constants: listed as inputs, they block optimizations and flood the log."""
    weights = {tensor.name for tensor in graph.initializer}
    kept = [value for value in graph.input if value.name not in weights]
    del graph.input[:]
    graph.input.extend(kept)


def _rename(graph: onnx.GraphProto, renames: Mapping[str, str]) -> None:
    for node in graph.node:
        node.input[:] = [renames.get(name, name) for name in node.input]
        node.output[:] = [renames.get(name, name) for name in node.output]
    for value in (*graph.input, *graph.output):
        value.name = renames.get(value.name, value.name)


def _free_reshapes(graph: onnx.GraphProto) -> None:
    """Turn a target shape of (1, ...) into (0, ...), which means: as many as came in."""
    targets = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for tensor in graph.initializer:
        if tensor.name in targets:
            target = numpy_helper.to_array(tensor).copy()
            if target[0] == 1:
                target[0] = 0
                tensor.CopyFrom(numpy_helper.from_array(target, tensor.name))


def _clear_dust(graph: onnx.GraphProto) -> None:
    for tensor in graph.initializer:
        weights = numpy_helper.to_array(tensor)
        dust = (weights != 0) & (np.abs(weights) < DUST)
        if weights.dtype == np.float32 and dust.any():
            cleared = np.where(dust, np.float32(0), weights)
            tensor.CopyFrom(numpy_helper.from_array(cleared, tensor.name))


def _set_shapes(values: Iterable[onnx.ValueInfoProto], shapes: Mapping[str, Shape]) -> None:
    found = {value.name: value for value in values}
    if list(found) != list(shapes):
        raise ModelsWrong(f"expected {list(shapes)}, the graph has {list(found)}")
    for name, value in found.items():
        dims = value.type.tensor_type.shape.dim
        if len(dims) != len(shapes[name]):
            raise ModelsWrong(f"{name}: expected {shapes[name]}, the graph has {len(dims)} sides")
        for dim, size in zip(dims, shapes[name], strict=True):
            if isinstance(size, int):
                dim.dim_value = size
            else:
                dim.dim_param = size
