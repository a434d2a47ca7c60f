"""Gated fusion: what a crop and its enhanced version say of a face, as one vector."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from faces.embedding import Vectors, normalize
from faces.fusion import fused_quality
from faces.quality import Quality
from meshkit.config import ConfigError
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session
from services.embedder.model import Embedded, Fused, Model

INPUTS = ("raw", "enhanced", "raw_quality", "enhanced_quality", "scale")
OUTPUTS = ("embedding", "gate")

_SLACK = 1e-4
"""By how much rounding may carry a weight out of [0, 1]."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Both versions of a crop, embedded."""

    raw: Embedded
    enhanced: Embedded

    scale: float
    """Source pixels per pixel of the crop, range (0, 1]."""


class Gate(Protocol):
    """Anything that fuses pairs. Never called concurrently."""

    name: str
    sha256: str

    def fuse(self, pairs: Sequence[Pair]) -> list[Embedded]:
        """Fuse 1 or more pairs, in order; n at once equal n times one.

        Raises:
            ValueError: What comes out is no vector, or no weight: the gate is broken.
        """
        ...


class OnnxGate:
    """A graph by ONNX Runtime, always on the CPU: it is smaller than the way to a GPU.

    Inputs, all float32: `raw` and `enhanced` (n, d), of unit length, `raw_quality`,
    `enhanced_quality` and `scale` (n,). Outputs: `embedding` (n, d) and `gate` (n,), the weight of
    `raw`; others are ignored.
    """

    def __init__(self, file: ModelFile, model: Model) -> None:
        """Load a verified gate for the vectors of a model.

        Raises:
            ConfigError: It was trained for other vectors, or is no such graph.
        """
        if file.fuses != model.contract_id:
            raise ConfigError(
                f"fusion {file.name} is for contract {file.fuses}, and {model.name} makes vectors "
                f"of {model.contract_id}"
            )
        self.name, self.sha256 = file.name, file.sha256
        self._session = Session(file.path, provider="cpu", threads=1)
        missing = sorted(
            set(INPUTS) - self._session.inputs.keys() | set(OUTPUTS) - set(self._session.outputs)
        )
        if missing:
            raise ConfigError(f"{file.path} lacks {', '.join(missing)}; it is no fusion gate")
        if self._session.inputs["raw"][-1] not in {model.dimension, None}:
            raise ConfigError(f"{file.path} does not take vectors of {model.dimension} numbers")

    def fuse(self, pairs: Sequence[Pair]) -> list[Embedded]:
        """Implement `Gate.fuse`."""
        raw = np.stack([pair.raw.vector for pair in pairs])
        enhanced = np.stack([pair.enhanced.vector for pair in pairs])
        numbers = [(p.raw.quality.score, p.enhanced.quality.score, p.scale) for p in pairs]
        columns = np.array(numbers, dtype=np.float32).T
        said = self._session.feed(dict(zip(INPUTS, (raw, enhanced, *columns), strict=True)))
        fused = normalize(said["embedding"]).unit
        weights = _weights(said["gate"], len(pairs))
        return [
            _fused(pair, vector, gate)
            for pair, vector, gate in zip(pairs, fused, weights.tolist(), strict=True)
        ]


def warm_up(gate: Gate, model: Model) -> None:
    """Run once on made-up vectors.

    Raises:
        ConfigError: What comes out is not as long as what went in, or is no vector.
    """
    vector = np.full(model.dimension, model.dimension**-0.5, dtype=np.float32)
    plain = Embedded(vector, Quality(score=0.5, magnitude=1.0))
    try:
        both = gate.fuse([Pair(plain, plain, 1.0)] * 2)
    except ValueError as error:
        raise ConfigError(f"fusion {gate.name} is broken: {error}") from None
    if {len(each.vector) for each in both} != {model.dimension}:
        raise ConfigError(f"fusion {gate.name} does not make vectors of {model.dimension} numbers")


def _weights(gates: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    if gates.shape != (count,) or not np.all((gates >= -_SLACK) & (gates <= 1 + _SLACK)):
        raise ValueError("weights that are not in [0, 1]")
    return np.clip(gates, 0, 1)


def _fused(pair: Pair, vector: NDArray[np.float32], gate: float) -> Embedded:
    raw, enhanced = pair.raw, pair.enhanced
    return replace(
        raw,
        vector=vector,
        quality=fused_quality(raw.quality, enhanced.quality, share=gate),
        fused=Fused(
            gate=gate,
            similarity=_cosine(raw.vector, enhanced.vector),
            fused_similarity=_cosine(raw.vector, vector),
            raw_quality=raw.quality.score,
            enhanced_quality=enhanced.quality.score,
        ),
    )


def _cosine(one: Vectors, other: Vectors) -> float:
    return float(np.clip(one @ other, -1, 1))
