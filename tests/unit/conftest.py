"""Fixtures of unit tests."""

from pathlib import Path

import pytest


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """Where snapshots will be."""
    return tmp_path / "snapshots"
