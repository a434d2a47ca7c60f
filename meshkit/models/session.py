"""One ONNX model on one execution provider."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from meshkit.config import ConfigError

PROVIDERS: Mapping[str, str] = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}
"""What an operator may ask for, and what ONNX Runtime calls it."""

_ERRORS_ONLY = 3
_UNLOADABLE = (ort_errors.Fail, ort_errors.InvalidGraph, ort_errors.InvalidProtobuf)


class Session:
    """Runs a model. Not to be called from two threads at once."""

    def __init__(self, path: Path, *, provider: str, threads: int) -> None:
        """Load a model.

        Args:
            path: The ONNX file, already verified.
            provider: A key of `PROVIDERS`. It runs there, or not at all.
            threads: For one operator; 0 lets the runtime take every core.

        Raises:
            ConfigError: The provider is unknown or not available on this machine, or
                the file is no model that it can run.
        """
        if provider not in PROVIDERS:
            raise ConfigError(f"provider {provider} is none of {', '.join(PROVIDERS)}")
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = _ERRORS_ONLY
        wanted = PROVIDERS[provider]
        if wanted not in ort.get_available_providers():
            raise ConfigError(f"provider {provider} is not part of this onnxruntime build")
        try:
            self._session = ort.InferenceSession(path, options, providers=[wanted])
        except _UNLOADABLE as error:
            raise ConfigError(f"{path} cannot be loaded: {' '.join(str(error).split())}") from None
        # The list of available providers claims too much; only the session knows.
        if wanted not in self._session.get_providers():
            raise ConfigError(f"provider {provider} was asked for, but does not run here")
        self.inputs: Mapping[str, Sequence[int | str | None]] = {
            each.name: each.shape for each in self._session.get_inputs()
        }
        """Shape of each input by name, in order; a free side has a name or None."""
        self.outputs: tuple[str, ...] = tuple(out.name for out in self._session.get_outputs())
        self.metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        """What whoever made the file noted in it."""

    def run(self, batch: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Map an input of shape (n, channels, height, width) to outputs by name."""
        return self.feed({next(iter(self.inputs)): batch})

    def feed(self, values: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
        """Map all inputs by name to outputs by name."""
        results = self._session.run(self.outputs, values)
        return dict(zip(self.outputs, results, strict=True))
