"""Writes an enhancer as the one ONNX that is served."""

import hashlib
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from torch import Tensor, nn

from training.enhancer.adapter import space
from training.enhancer.networks.enhancer import Enhancer

OPSET = 18

TOLERANCE = 1e-4
"""Most that a number may differ from torch's; the noise, of 255 levels, in the same proportion."""

OUTPUTS = ("crop", "noise", "denoised")


class Served(nn.Module):
    """The graph: what leaves it are pictures, cut to [0, 1]."""

    def __init__(self, enhancer: Enhancer, *, denoise: bool = True, resolve: bool = True) -> None:
        super().__init__()
        self.enhancer, self._denoise, self._resolve = enhancer, denoise, resolve

    def forward(self, crops: Tensor, scale: Tensor, adapter: Tensor) -> tuple[Tensor, ...]:
        """Crops (n, 3, 112, 112), BGR in [0, 1]; scales (n,); adapters (n, k).

        Returns:
            Enhanced crops, noise (n,) in levels of 255, crops that were denoised only.
        """
        found = self.enhancer(
            crops,
            # A caller may not know, or be wrong: nothing outside was ever trained.
            scale.clamp(0.05, 1.0),
            adapter,
            denoise=self._denoise,
            resolve=self._resolve,
        )
        return found.crops.clamp(0.0, 1.0), found.noise, found.denoised.clamp(0.0, 1.0)


def write(enhancer: Enhancer, path: Path, *, denoise: bool = True, resolve: bool = True) -> str:
    """Write the graph.

    Its inputs are `input` (n, 3, 112, 112), `scale` (n,) and `adapter` (n, k), its outputs `crop`,
    `noise` and `denoised`. Its metadata tell `adapter_space`.

    Args:
        enhancer: Trained.
        path: Of the file.
        denoise: With the denoiser; without it for an ablation.
        resolve: With the generator; without it for an ablation.

    Returns:
        The file's sha256.

    Raises:
        ValueError: The graph computes something else than the enhancer.
    """
    served = Served(enhancer.eval(), denoise=denoise, resolve=resolve)
    model = _exported(served)
    model.metadata_props.add(key="adapter_space", value=space(enhancer))
    onnx.checker.check_model(model, full_check=True)
    content = model.SerializeToString()
    off = difference(served, content)
    if not off <= TOLERANCE:
        raise ValueError(f"the graph differs from the enhancer by {off:.2g}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _exported(served: Served) -> onnx.ModelProto:
    count = torch.export.Dim("n")
    given = (torch.zeros(2, 3, 112, 112), torch.ones(2), torch.zeros(2, _adapter_size(served)))
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Of torch's exporter about torch.
        warnings.simplefilter("ignore")
        file = Path(folder) / "part.onnx"
        torch.onnx.export(
            served,
            given,
            file,
            opset_version=OPSET,
            input_names=["input", "scale", "adapter"],
            output_names=list(OUTPUTS),
            dynamic_shapes=({0: count}, {0: count}, {0: count}),
            external_data=False,
            verbose=False,
        )
        return onnx.load(file)


@torch.no_grad()
def difference(served: Served, content: bytes, *, count: int = 3) -> float:
    """Largest difference from torch, over pictures of noise and adapters of every strength."""
    generator = np.random.default_rng(0)
    crops = generator.random((count, 3, 112, 112)).astype(np.float32)
    crops *= np.linspace(0.1, 1.0, count, dtype=np.float32)[:, None, None, None]
    scale = np.linspace(0.125, 1.0, count).astype(np.float32)
    adapter = generator.normal(0, 0.1, (count, _adapter_size(served))).astype(np.float32)
    adapter[0] = 0.0
    given = {"input": crops, "scale": scale, "adapter": adapter}
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(list(OUTPUTS), {k.name: given[k.name] for k in session.get_inputs()})
    expected = served(*(torch.from_numpy(each) for each in (crops, scale, adapter)))
    # One unit of each: pictures are of 1, noise of 255 levels.
    units = (1.0, 255.0, 1.0)
    return max(
        float(np.abs(one - other.numpy()).max()) / unit
        for one, other, unit in zip(found, expected, units, strict=True)
    )


def _adapter_size(served: Served) -> int:
    return served.enhancer.adapter_size
