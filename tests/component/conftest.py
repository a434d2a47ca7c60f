"""Fixtures of component tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.gallery.app import open_app
from tests.galleries import Stub, config, create, stub


@pytest.fixture(name="gallery")
async def _gallery(tmp_path: Path) -> AsyncIterator[Stub]:
    async with open_app(config(tmp_path / "gallery.db")) as port, stub(port) as gallery:
        await gallery.CreateCollection(create())
        yield gallery
