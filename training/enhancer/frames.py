"""The faces in a folder of one camera's frames, as the detector cuts them."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch import Tensor

from evaluation.cutting import Cutter
from faces.errors import FaceError
from training.enhancer.samples import tensors


@dataclass(frozen=True, slots=True)
class Shots:
    """Faces of one camera; the first axis is the face everywhere."""

    crops: Tensor
    """Shape (n, 3, 112, 112), BGR, range [0, 1]."""

    scale: Tensor
    """Shape (n,): source pixels per pixel of the crop, range (0, 1]."""

    def __len__(self) -> int:
        """Faces."""
        return len(self.crops)

    def at(self, rows: Tensor) -> "Shots":
        """Some of them."""
        return Shots(self.crops[rows], self.scale[rows])


def shots(folder: Path, models: Path = Path("models")) -> Shots:
    """Cut every face out of every picture in a folder; what is no picture is passed over.

    Raises:
        ValueError: No face was found.
    """
    cutter = Cutter(models)
    crops: list[NDArray[np.uint8]] = []
    scale: list[float] = []
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in track(paths, description="frames"):
        try:
            faces = cutter.faces(path.read_bytes())
        except FaceError:
            continue
        for face in faces:
            if face.crop is not None:
                crops.append(
                    cv2.cvtColor(face.crop, cv2.COLOR_RGB2BGR).astype(np.uint8, copy=False)
                )
                scale.append(min(1.0, face.scale))
    if not crops:
        raise ValueError(f"no face in the {len(paths)} files of {folder}")
    return Shots(tensors(crops), torch.tensor(scale))
