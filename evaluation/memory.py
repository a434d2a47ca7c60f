"""What takes minutes, kept on disk by what it was made of: a report that stops goes on."""

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation.seen import Seen
from evaluation.subject import CropBatch, Outputs, Subject

Arrays = Mapping[str, NDArray[Any]]
"""By name."""


def nobody(_count: int) -> None:
    """Hear of progress, and tell no one."""


class Memory:
    """Asks a model only what it was not asked before.

    A file is found by the bytes of the model and of the crops, so nothing in it is ever out of
    date; the folder may be deleted at any time.
    """

    def __init__(self, folder: Path | None) -> None:
        """Keep outputs in `folder`, or nowhere."""
        self._folder = folder

    def see(
        self, subject: Subject, crops: CropBatch, advance: Callable[[int], None] = nobody
    ) -> Seen:
        """What a model says of crops (n, 112, 112, 3), n at least 1."""
        name = f"{subject.name}-{subject.sha256[:12]}"
        outputs = self.kept(name, crops, lambda: subject.outputs(crops, advance), advance)
        return subject.see(outputs)

    def kept(
        self,
        name: str,
        crops: CropBatch,
        make: Callable[[], Outputs],
        advance: Callable[[int], None] = nobody,
    ) -> Outputs:
        """What `make` finds out about crops, unless it is known.

        Args:
            name: Of who looks at them; the bytes of a model are a part of it.
            crops: What is looked at.
            make: Looks, and tells progress itself.
            advance: Hears of progress if nobody has to look.
        """
        if self._folder is None:
            return make()
        path = self._folder / name / f"{_digest(crops)}.npz"
        return kept(path, make, known=lambda: advance(len(crops)))


def kept(path: Path, make: Callable[[], Arrays], *, known: Callable[[], None]) -> Arrays:
    """What `make` gives, from `path` if it is there; a torn file is made again.

    Args:
        path: A file that holds these arrays and no others, ever: what they are made of is in
            its name.
        make: Makes them.
        known: Is told if they need not be made.
    """
    found = _load(path)
    if found is not None:
        known()
        return found
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A rename is all or nothing: whoever stops leaves no half file under this name.
    part = path.with_suffix(".part.npz")
    np.savez(part, **made)  # type: ignore[arg-type]  # names are none of its own options
    part.replace(path)
    return made


def fingerprint(*lines: str) -> str:
    """A name for what is made of all this."""
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=8).hexdigest()


def _load(path: Path) -> Arrays | None:
    try:
        with path.open("rb") as file, np.load(file) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _digest(crops: CropBatch) -> str:
    return hashlib.blake2b(np.ascontiguousarray(crops).data, digest_size=16).hexdigest()
