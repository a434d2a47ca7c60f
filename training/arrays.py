"""Arrays in files that are whole or not there."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name, in one move: who is stopped half-way leaves what was there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # names are none of its own options
    os.replace(fresh, path)  # noqa: PTH105  # Path.replace reads as text replacement
