"""Files with faces in them."""

import os
from pathlib import Path

import click

INTO = click.Path(dir_okay=False, path_type=Path)
"""Type of an option that names such a file."""


def write_picture(file: Path, content: bytes) -> None:
    """Write a file that nobody else may read.

    Raises:
        OSError: It cannot be written.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        os.fchmod(descriptor, 0o600)  # it may have been there, open to others
        target.write(content)
