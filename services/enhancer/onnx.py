"""Any ONNX enhancer of 112 x 112 crops that `models.toml` declares."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from meshkit.config import ConfigError
from meshkit.models.pixels import to_crops, to_planes
from meshkit.models.registry import ModelFile
from meshkit.models.session import Session
from services.enhancer.model import Enhanced, Work

INPUTS, OUTPUTS = {"input", "scale", "adapter"}, {"crop", "noise"}

_REFUSED = (ort_errors.InvalidArgument, ort_errors.Fail, ort_errors.RuntimeException)
"""What the runtime raises where shapes do not fit."""


class OnnxModel:
    """A graph by ONNX Runtime.

    Inputs, all float32: `input` (n, 3, 112, 112) as the registry's preprocessing says, `scale`
    (n,) in (0, 1], `adapter` (n, k) with a fixed k of at least 1. Outputs: `crop` of the shape and
    on the scale of `input`, `noise` (n,) in levels of 255; others are ignored. A graph of half
    precision casts inside. Its metadata may name the space of its adapters: `adapter_space`.
    """

    def __init__(self, file: ModelFile, *, provider: str, threads: int) -> None:
        """Load a verified model.

        Raises:
            ConfigError: The provider does not run here, or the graph is none of these.
        """
        self.name, self.sha256, self.provider = file.name, file.sha256, provider
        self._preprocessing = file.preprocessing
        self._session = Session(file.path, provider=provider, threads=threads)
        self.adapter_size = _adapter_size(file, self._session)
        self.adapter_space = self._session.metadata.get("adapter_space", "")

    def enhance(self, work: Sequence[Work]) -> list[Enhanced]:
        """Implement `Model.enhance`."""
        planes = to_planes(np.stack([each.crop for each in work]), self._preprocessing)
        given = {
            "input": planes,
            "scale": np.array([each.scale for each in work], dtype=np.float32),
            "adapter": np.stack([each.adapter for each in work]),
        }
        try:
            made = self._session.feed(given)
        except _REFUSED:
            raise ValueError(f"it does not take {len(work)} crops at once") from None
        _require_shapes(made, planes)
        crops = to_crops(made["crop"], self._preprocessing)
        return [
            Enhanced(crop, noise)
            for crop, noise in zip(crops, _levels(made["noise"]).tolist(), strict=True)
        ]


def _adapter_size(file: ModelFile, session: Session) -> int:
    missing = sorted(INPUTS - session.inputs.keys() | OUTPUTS - set(session.outputs))
    if missing:
        raise ConfigError(f"{file.path} lacks {', '.join(missing)}; it is no enhancer")
    shape = session.inputs["adapter"]
    [*_, size] = shape or [0]
    if not (isinstance(size, int) and size > 0):
        raise ConfigError(f"{file.path} has an adapter of shape {shape}, not of (n, k)")
    return size


def _require_shapes(made: Mapping[str, NDArray[np.float32]], planes: NDArray[np.float32]) -> None:
    shapes = made["crop"].shape, made["noise"].shape
    if shapes != (planes.shape, planes.shape[:1]):
        raise ValueError(f"crops and noise of shapes {shapes} made of crops of {planes.shape}")


def _levels(noise: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.all(np.isfinite(noise)):
        raise ValueError("noise that is not a number")
    return np.clip(noise, 0, 255)
