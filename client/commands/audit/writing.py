"""Where an excerpt goes."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click


@contextlib.contextmanager
def opened(out: Path | None) -> Iterator[BinaryIO]:
    """A file that has its name once it is complete, and is for its owner only; or stdout.

    Raises:
        UsageError: It is there already.
    """
    if out is None:
        yield sys.stdout.buffer
        return
    if out.exists():
        raise click.UsageError(f"{out} is there already")
    part = out.with_name(f"{out.name}.new")
    part.unlink(missing_ok=True)  # of somebody who was killed
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
