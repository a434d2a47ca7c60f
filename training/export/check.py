"""Whether a file computes what torch does."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from training.served import Served

TOLERANCE = 1e-4
"""Most that a number of the served vectors may differ from torch's."""

_CROPS = 24


@torch.no_grad()
def difference(path: Path, served: Served) -> float:
    """Largest difference of a vector's numbers, over noise of many strengths in one batch."""
    strengths = np.geomspace(0.01, 1, _CROPS)[:, None, None, None]
    crops = np.random.default_rng(0).normal(size=(_CROPS, 3, 112, 112)) * strengths
    pixels = crops.astype(np.float32)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    (vectors,) = session.run(["embedding"], {"input": pixels})
    return float(np.abs(vectors - served(torch.from_numpy(pixels)).raw.numpy()).max())
