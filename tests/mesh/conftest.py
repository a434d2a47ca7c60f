"""One mesh a module, for tests that do not harm it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.mesh.keyed import keyed_mesh
from tests.mesh.mesh import Mesh, mesh


@pytest_asyncio.fixture(name="shared", scope="module", loop_scope="module")
async def _shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mesh]:
    async with mesh(tmp_path_factory.mktemp("mesh")) as running:
        yield running


@pytest_asyncio.fixture(name="guarded", scope="module", loop_scope="module")
async def _keyed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mesh]:
    async with keyed_mesh(tmp_path_factory.mktemp("mesh")) as running:
        yield running
