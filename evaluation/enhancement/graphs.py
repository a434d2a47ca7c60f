"""Enhancer and fusion gate as the mesh runs them, without its queues.

Cameras have no adapters here: every crop gets zeros.
"""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.embedding import Vectors
from evaluation.logistic import Numbers
from evaluation.seen import Seen
from evaluation.subject import CropBatch
from faces.contract import Preprocessing
from faces.embedding import normalize
from meshkit.config import ConfigError
from meshkit.models.pixels import to_crops, to_planes
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session

CROP, DENOISED = "crop", "denoised"
"""Outputs of an enhancer: what is served, and what its generator was given."""

BATCH = 16
"""Crops in one run: the service's own limit."""

_GIVEN = ("raw", "enhanced", "raw_quality", "enhanced_quality", "scale")


class Enhancer:
    """A graph of `services.enhancer`."""

    def __init__(self, path: Path, how: Preprocessing, *, name: str, threads: int = 0) -> None:
        """Load a graph.

        Args:
            path: Of the ONNX.
            how: Its input is made, and its crops are read.
            name: Of tables.
            threads: Of one run; 0 takes every core.

        Raises:
            ConfigError: It cannot be loaded.
        """
        self.name, self.how = name, how
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        self._session = Session(path, provider="cpu", threads=threads)
        if CROP not in self._session.outputs or "adapter" not in self._session.inputs:
            raise ConfigError(f"{path} is no enhancer: no adapter goes in, or no crop comes out")
        self.parts = tuple(part for part in (CROP, DENOISED) if part in self._session.outputs)

    def enhance(
        self,
        crops: CropBatch,
        scale: NDArray[np.float32],
        *,
        batch: int = BATCH,
    ) -> dict[str, CropBatch]:
        """Enhance crops (n, 112, 112, 3), BGR.

        Returns:
            Crops of the same shape, by output.
        """
        made: list[dict[str, CropBatch]] = []
        for start in range(0, len(crops), batch):
            some = slice(start, start + batch)
            made.append(self._run(crops[some], scale[some]))
        return {part: np.concatenate([each[part] for each in made]) for part in self.parts}

    def _run(self, crops: CropBatch, scale: NDArray[np.float32]) -> dict[str, CropBatch]:
        size = self._session.inputs["adapter"][-1]
        said = self._session.feed(
            {
                "input": to_planes(crops[..., ::-1], self.how),
                "scale": scale,
                "adapter": np.zeros((len(crops), int(size or 0)), dtype=np.float32),
            }
        )
        return {part: to_crops(said[part], self.how)[..., ::-1] for part in self.parts}


class Gate:
    """A fusion gate for the vectors of one embedder."""

    def __init__(self, file: ModelFile) -> None:
        """Load a verified graph."""
        self.name, self.sha256 = file.name, file.sha256
        self._session = Session(file.path, provider="cpu", threads=1)

    def fuse(self, raw: Seen, other: Seen, scale: NDArray[np.float32]) -> tuple[Vectors, Numbers]:
        """Fuse what an embedder says of crops and of other versions of them.

        Returns:
            Vectors (n, d), unit length, and the weights of `raw` (n,), in [0, 1].
        """
        qualities = (each.quality.astype(np.float32) for each in (raw, other))
        given = (raw.vectors, other.vectors, *qualities, scale)
        said = self._session.feed(dict(zip(_GIVEN, given, strict=True)))
        return normalize(said["embedding"]).unit, np.clip(said["gate"], 0, 1).astype(np.float64)
