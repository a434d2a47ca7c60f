"""Any 112 x 112 ONNX embedder that `models.toml` declares."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faces.contract import Preprocessing
from faces.embedding import normalize
from faces.quality import MagnitudeCalibration, Quality
from meshkit.config import ConfigError
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session
from services.embedder.model import Crop, Embedded


class OnnxModel:
    """Backbone by ONNX Runtime; quality by the magnitude of its vectors."""

    def __init__(self, file: ModelFile, *, provider: str, threads: int) -> None:
        """Load a verified model.

        Raises:
            ConfigError: The provider does not run here, or the registry has no
                calibration for this model.
        """
        self.name, self.sha256, self.provider = file.name, file.sha256, provider
        self.contract_id, self.dimension = file.contract_id, file.dimension
        self._preprocessing = file.preprocessing
        self._calibration = _calibration(file)
        self.quality_method = self._calibration.method
        self._session = Session(file.path, provider=provider, threads=threads)
        if len(self._session.outputs) != 1:
            raise ConfigError(f"{file.path} has outputs {self._session.outputs}; one is needed")

    def embed(self, crops: Sequence[Crop]) -> list[Embedded]:
        """Implement `Model.embed`."""
        [raw] = self._session.run(prepare(np.stack(crops), self._preprocessing)).values()
        embeddings = normalize(raw)
        scores = self._calibration.scores(embeddings.magnitude)
        return [
            Embedded(vector, Quality(score=float(score), magnitude=float(magnitude)))
            for vector, score, magnitude in zip(
                embeddings.unit, scores, embeddings.magnitude, strict=True
            )
        ]


def prepare(crops: NDArray[np.uint8], how: Preprocessing) -> NDArray[np.float32]:
    """Make a model's input: shape (n, 112, 112, 3) RGB to (n, 3, 112, 112) float32."""
    ordered = crops if how.channels == "RGB" else crops[..., ::-1]
    planes = np.ascontiguousarray(ordered.transpose(0, 3, 1, 2), dtype=np.float32)
    planes -= np.float32(how.mean)
    planes /= np.float32(how.scale)
    return planes


def _calibration(file: ModelFile) -> MagnitudeCalibration:
    try:
        return MagnitudeCalibration(**file.quality)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"models.toml: [models.{file.name}.quality]: {error}") from None
