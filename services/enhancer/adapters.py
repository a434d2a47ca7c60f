"""What the model was tuned by, camera by camera: files of `python -m training adapt-camera`."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from faces import fields
from faces.errors import FaceError
from meshkit.config import ConfigError
from services.enhancer.model import Adapter, Model

SUFFIX = ".npz"
"""A file a camera: `camera` (its id), `space` (of the model that it was tuned for) and `values`,
shape (k,)."""


class Adapters:
    """Adapters by camera. A camera that nobody tuned for gets zeros.

    Files are found by listing the folder once, never by a name out of a request: what a caller
    writes cannot lead anywhere else.
    """

    def __init__(self, size: int, known: Mapping[str, Adapter]) -> None:
        self._none: Adapter = np.zeros(size, dtype=np.float32)
        self._known = known
        self.camera_ids = sorted(known)

    def of(self, camera_id: str) -> Adapter:
        """The adapter of a camera."""
        return self._known.get(camera_id, self._none)


def load(folder: Path | None, model: Model) -> Adapters:
    """Read every adapter in a folder; None is no folder.

    Raises:
        ConfigError: The folder or a file cannot be read, is of no possible camera or of one that
            has a file already, or does not fit the model. Names the first such file.
    """
    known: dict[str, Adapter] = {}
    for path in _files(folder) if folder else ():
        camera_id, values = _read(path, model)
        if camera_id in known:
            raise ConfigError(f"adapter {path} is the second one of camera {camera_id}")
        known[camera_id] = values
    return Adapters(model.adapter_size, known)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == SUFFIX)
    except OSError as error:
        raise ConfigError(f"adapters {folder} cannot be read: {error.strerror}") from None


def _read(path: Path, model: Model) -> tuple[str, Adapter]:
    try:
        # Opened here: numpy leaves a file open that is no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            camera, space, values = str(stored["camera"]), str(stored["space"]), stored["values"]
    except KeyError as error:
        raise ConfigError(f"adapter {path}: {error.args[0]}") from None
    except (OSError, ValueError, EOFError, TypeError, AttributeError, zipfile.BadZipFile):
        raise ConfigError(f"adapter {path} cannot be read as an .npz file") from None
    if not space or space != model.adapter_space:
        raise ConfigError(
            f"adapter {path} was tuned for weights {space}, and {model.name} has "
            f"{model.adapter_space or 'none that can be tuned'}; tune it again, or take it away"
        )
    return _camera_id(path, camera), _checked(path, values, model)


def _camera_id(path: Path, camera: str) -> str:
    try:
        # Empty is how callers say that they name no camera.
        return fields.person_id(camera, "camera_id")
    except FaceError as error:
        raise ConfigError(f"adapter {path}: {error}") from None


def _checked(path: Path, values: Any, model: Model) -> Adapter:
    if values.shape != (model.adapter_size,) or values.dtype.kind != "f":
        raise ConfigError(
            f"adapter {path} has shape {values.shape} of {values.dtype}, and "
            f"{model.name} takes ({model.adapter_size},) of floats"
        )
    numbers = np.asarray(values, dtype=np.float32)
    if not np.all(np.isfinite(numbers)):
        raise ConfigError(f"adapter {path} holds what is no number")
    return numbers
