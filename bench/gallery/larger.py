"""Five million templates: more of the same people, as many as memory allows.

Kept in fp16, half the file: an index of two stages keeps no more of them.
"""

from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from rich.progress import track

from bench import DATA
from bench.facelike import SEED
from bench.facelike.files import BLOCK, templates
from bench.facelike.observe import observe
from bench.facelike.sample import Faces
from bench.facelike.statistics import fit
from bench.gallery.crowd import FOLDER
from bench.results import ROOT
from faces.embedding import Vectors


def opened(count: int, folder: Path = FOLDER) -> Vectors:
    """The first `count` face-like templates, from a file that is made if it is not there."""
    path = folder / "face.npy"
    if len(held := np.load(path, mmap_mode="r")) >= count:
        return np.asarray(held[:count])
    larger = folder / f"face-{count}.npy"
    if not larger.exists():
        _write(larger, count, folder)
    kept: Vectors = np.load(larger, mmap_mode="r")
    return kept


def _write(path: Path, count: int, folder: Path) -> None:
    observed = observe(DATA, ROOT / "models", cache=folder / f"observed-{SEED}.npz", seed=SEED)
    people = Faces(fit(observed), seed=SEED)
    draft = path.with_suffix(".partial")
    rows = open_memmap(draft, "w+", np.float16, (count, observed.clean.shape[1]))
    blocks = templates(people, count, seed=SEED)
    for start, block in zip(
        track(range(0, count, BLOCK), f"{count} templates"), blocks, strict=True
    ):
        rows[start : start + len(block)] = block
    rows.flush()
    draft.rename(path)
