"""Requests and pictures that nobody would send, to every call of the public API."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bench.operations.fuzz.playing import play
from bench.operations.fuzz.preparing import prepared
from tests.mesh.mesh import Mesh, mesh

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(900)]

CALLS = 150


@pytest_asyncio.fixture(name="fuzzed", scope="module", loop_scope="module")
async def _fuzzed(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Mesh, str, dict[str, str]]]:
    async with mesh(tmp_path_factory.mktemp("fuzz")) as running:
        address = f"127.0.0.1:{running.processes['gateway'].port}"
        yield running, address, dict(await prepared(address))


@pytest.mark.parametrize("seed", [1, 2])
async def test_nothing_dies_and_nothing_internal_is_told(
    fuzzed: tuple[Mesh, str, dict[str, str]], seed: int
) -> None:
    """Every refusal has its reason; python -m bench.operations fuzz sends many more."""
    running, address, known = fuzzed

    chunk = await asyncio.to_thread(play, address, known, CALLS, seed)

    assert (None, "") == (chunk.problem, chunk.words)
    assert {"OK", "INVALID_ARGUMENT FIELD_INVALID"} <= set(chunk.outcomes)
    for process in running.processes.values():
        await process.serving()
        assert "incident" not in "".join(process.lines)
