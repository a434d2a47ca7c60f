"""Runs an embedder of `models.toml` over many crops."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from rich.progress import track

from evaluation.crops import Crop

BATCH = 32
"""Crops in one run."""

Vectors = NDArray[np.float32]
"""Shape (n, d), raw: not normalized."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedder:
    """A session with the preprocessing that its entry declares."""

    session: ort.InferenceSession
    """The network."""

    channels: str
    """``BGR`` or ``RGB``."""

    mean: float
    """Subtracted from pixels in [0, 255]."""

    scale: float
    """Divides the difference."""

    def embed(self, count: int, crop_at: Callable[[int], Crop], *, title: str) -> Vectors:
        """Embed `count` crops, asked for one by one, and show progress under `title`."""
        rows: list[Vectors] = []
        for start in track(range(0, count, BATCH), description=f"{title:<16}"):
            crops = [crop_at(index) for index in range(start, min(start + BATCH, count))]
            rows.append(next(iter(self.outputs(np.stack(crops)).values())))
        return np.concatenate(rows)

    def outputs(self, crops: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """Run one batch of crops (n, 112, 112, 3): every output by name, the vectors first."""
        pixels = crops if self.channels == "BGR" else crops[..., ::-1]
        values = (pixels.transpose(0, 3, 1, 2).astype(np.float32) - self.mean) / self.scale
        names = [out.name for out in self.session.get_outputs()]
        found = self.session.run(names, {self.session.get_inputs()[0].name: values})
        return {
            name: np.asarray(out, dtype=np.float32) for name, out in zip(names, found, strict=True)
        }


def open_embedder(folder: Path, name: str) -> Embedder:
    """Load the embedder `name` of `folder`/models.toml.

    Raises:
        KeyError: There is no such model.
    """
    document = tomllib.loads((folder / "models.toml").read_text(encoding="utf-8"))
    entry = document["models"][name]
    settings = entry["preprocessing"]
    return Embedder(
        session=ort.InferenceSession(folder / entry["file"], providers=["CPUExecutionProvider"]),
        channels=settings["channels"],
        mean=settings["mean"],
        scale=settings["scale"],
    )
