"""A camera's adapter on disk: one small file, which fits the enhancer that it was made for only.

Keys of camera-ID.npz: `camera` (text), `space` (text: see `space`), `values` (k,) float32, `crops`
(how many it was made of). The served graph carries the same `space` in its metadata, and takes the
values as a row of its input `adapter`: zeros for cameras without one.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from training import arrays
from training.enhancer.networks.enhancer import Enhancer


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """What was learned of one camera."""

    camera: str
    """Its id, as callers say it."""

    space: str
    """Of the enhancer that it fits."""

    values: NDArray[np.float32]
    """Shape (k,); zeros change nothing."""

    crops: int
    """It was made of so many."""


def space(enhancer: Enhancer) -> str:
    """A name for exactly these weights: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, values in sorted(enhancer.state_dict().items()):
        digest.update(name.encode())
        digest.update(values.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def place(folder: Path, camera: str) -> Path:
    """Where a camera's file is: any id is a name, and none leaves the folder."""
    return folder / f"camera-{quote(camera, safe='')}.npz"


def save(adapter: Adapter, folder: Path) -> Path:
    """Write it, in place of the one before."""
    path = place(folder, adapter.camera)
    content = {
        "camera": np.array(adapter.camera),
        "space": np.array(adapter.space),
        "values": adapter.values.astype(np.float32),
        "crops": np.array(adapter.crops),
    }
    arrays.save(path, content)
    return path


def load(path: Path) -> Adapter:
    """Read one."""
    with np.load(path) as stored:
        return Adapter(
            camera=str(stored["camera"]),
            space=str(stored["space"]),
            values=stored["values"],
            crops=int(stored["crops"]),
        )
