"""Writes a fusion gate as an ONNX of its own."""

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch

from training.enhancer.fusion.gate import FusionGate

OPSET = 18
TOLERANCE = 1e-5
INPUTS = ("raw", "enhanced", "raw_quality", "enhanced_quality", "scale")
OUTPUTS = ("embedding", "gate", "similarity")


def write(gate: FusionGate, path: Path) -> None:
    """Write the graph.

    Its inputs are `raw` and `enhanced` (n, d), of unit length, `raw_quality`, `enhanced_quality`
    and `scale` (n,); its outputs `embedding` (n, d), of unit length, `gate` (n,), the share of
    `raw`, and `similarity` (n,), the cosine between the two.

    Raises:
        ValueError: The graph computes something else than the gate.
    """
    content = _exported(gate.eval())
    off = difference(gate, content)
    if not off <= TOLERANCE:
        raise ValueError(f"the graph differs from the gate by {off:.2g}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _exported(gate: FusionGate) -> bytes:
    count = torch.export.Dim("n")
    vectors = torch.nn.functional.normalize(torch.ones(2, gate.dimension))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Of torch's exporter about torch.
        warnings.simplefilter("ignore")
        file = Path(folder) / "part.onnx"
        torch.onnx.export(
            gate,
            # One object given twice would be one input.
            (vectors, vectors.clone(), *(torch.ones(2) for _ in range(3))),
            file,
            opset_version=OPSET,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_shapes=tuple({0: count} for _ in INPUTS),
            external_data=False,
            verbose=False,
        )
        model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    content: bytes = model.SerializeToString()
    return content


@torch.no_grad()
def difference(gate: FusionGate, content: bytes, *, count: int = 5) -> float:
    """Largest difference from torch, over random directions."""
    generator = np.random.default_rng(0)
    both = generator.normal(size=(2, count, gate.dimension))
    both /= np.linalg.norm(both, axis=2, keepdims=True)
    numbers = generator.uniform(0.1, 1.0, (3, count))
    given = [each.astype(np.float32) for each in (*both, *numbers)]
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(list(OUTPUTS), dict(zip(INPUTS, given, strict=True)))
    expected = gate(*(torch.from_numpy(each) for each in given))
    return max(
        float(np.abs(one - other.numpy()).max()) for one, other in zip(found, expected, strict=True)
    )
