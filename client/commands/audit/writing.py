"""Where an excerpt goes."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click


@contextlib.contextmanager
def opened(out: Path | None) -> Iterator[BinaryIO]:
    """A file that has its name once it is complete, and is for its owner only; or stdout.

    Until then it is ``out.….new``, with a name that no other export to `out` has. A kill leaves
    that behind.

    Raises:
        UsageError: It is there already, or is once this one is complete.
    """
    if out is None:
        yield sys.stdout.buffer
        return
    _require_new(out)
    descriptor, name = tempfile.mkstemp(prefix=f"{out.name}.", suffix=".new", dir=out.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _require_new(out)
        part.rename(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _require_new(out: Path) -> None:
    if out.exists():
        raise click.UsageError(f"{out} is there already")
