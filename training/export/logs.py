"""What a training wrote down, kept beside the model's card."""

import shutil
from collections.abc import Iterable
from pathlib import Path


def keep(folder: Path, logs: Iterable[str], models: Path, name: str) -> None:
    """Copy logs of the training in `folder` to `models`/training/NAME.LOG."""
    for log in logs:
        copy = models / "training" / f"{name}.{log}"
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / log, copy)
