"""Any 112 x 112 ONNX embedder that `models.toml` declares."""

from collections.abc import Sequence

import numpy as np

from faces.embedding import normalize
from meshkit.models.pixels import to_planes
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session
from services.embedder import judging
from services.embedder.model import Crop, Embedded

EMBEDDING = "embedding"
"""The output with the vectors, in a graph that has several outputs."""


class OnnxModel:
    """A graph by ONNX Runtime, its quality by the calibration that the registry has for it.

    A graph has one output, raw vectors of shape (n, d), or several by name: `embedding` (n, d),
    and of `magnitude` (n,), `uncertainty` (n,), `patterns` (n, p) and `share` (n,) as many as
    it has. Others are ignored.
    """

    def __init__(self, file: ModelFile, *, provider: str, threads: int) -> None:
        """Load a verified model.

        Raises:
            ConfigError: The provider does not run here, the registry has no calibration
                for this model, or the graph lacks the output that the calibration is of.
        """
        self.name, self.sha256, self.provider = file.name, file.sha256, provider
        self.contract_id, self.dimension = file.contract_id, file.dimension
        self._preprocessing = file.preprocessing
        self._calibration = judging.calibration(file)
        self.quality_method = self._calibration.method
        self._session = Session(file.path, provider=provider, threads=threads)
        outputs = self._session.outputs
        self._vectors = EMBEDDING if len(outputs) > 1 else outputs[0]
        judging.require(file, self._vectors, outputs)

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        """Implement `Model.embed`."""
        said = self._session.run(to_planes(np.stack(crops), self._preprocessing))
        embeddings = normalize(said.pop(self._vectors))
        magnitudes = said.get(judging.MAGNITUDE, embeddings.magnitude)
        qualities = judging.qualities(self._calibration, magnitudes, said)
        occlusions = judging.occlusions(said, len(crops))
        shares = judging.shares(said, len(crops))
        return [
            Embedded(vector, quality, occlusion, share)
            for vector, quality, occlusion, share in zip(
                embeddings.unit, qualities, occlusions, shares, strict=True
            )
        ]
