"""Proof by numbers that a re-export computes what the original does, for any batch."""

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from tools.models.recipes import Recipe, Shape

Pixels = NDArray[np.float32]
"""Shape (n, 3, height, width)."""

SIDES = {"height": 320, "width": 256}
"""The picture used where a side is free: not square, so that a swap of sides shows."""


def batch_difference(model: bytes, recipe: Recipe, *, batch: int = 3) -> float:
    """Largest difference between one run of a batch and one run for each picture.

    Returns:
        Absolute, over all outputs, as a share of the largest absolute value of that output.
    """
    session = _session(model)
    (shape,) = recipe.inputs.values()
    pixels = _noise(shape, batch, recipe.span)
    together = _run(session, pixels)
    singles = [_run(session, pixels[i : i + 1]) for i in range(batch)]
    apart = [np.concatenate(rows) for rows in zip(*singles, strict=True)]
    return _largest(together, apart)


def original_difference(model: bytes, original: bytes, recipe: Recipe) -> float:
    """Largest difference between the re-export and the original, at the original's own shape.

    Returns:
        As `batch_difference`.
    """
    graph = onnx.load_from_string(original).graph
    weights = {tensor.name for tensor in graph.initializer}
    (value,) = [value for value in graph.input if value.name not in weights]
    sizes = [dim.dim_value for dim in value.type.tensor_type.shape.dim]
    pixels = _noise(tuple(sizes), sizes[0], recipe.span)
    return _largest(_run(_session(model), pixels), _run(_session(original), pixels))


def _session(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # upstream lists its weights as inputs: a warning for each
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _noise(shape: Shape, batch: int, span: tuple[float, float]) -> Pixels:
    sides = [size if isinstance(size, int) else SIDES[size] for size in shape[1:]]
    generator = np.random.default_rng(0)
    return generator.uniform(*span, (batch, *sides)).astype(np.float32)


def _run(session: ort.InferenceSession, pixels: Pixels) -> list[NDArray[np.float32]]:
    outputs: list[NDArray[np.float32]] = session.run(None, {session.get_inputs()[0].name: pixels})
    return outputs


def _largest(left: list[NDArray[np.float32]], right: list[NDArray[np.float32]]) -> float:
    shares = [
        np.abs(a - b).max() / max(1.0, float(np.abs(b).max()))
        for a, b in zip(left, right, strict=True)
    ]
    return float(np.max(shares))  # NaN if any is, unlike the built-in max
