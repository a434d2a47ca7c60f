"""A real gateway whose policy table changes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from client import AsyncSureface
from client.types import PolicyText
from tests.processes import Process, service


async def until_table(mesh: AsyncSureface, wanted: Callable[[PolicyText], object]) -> PolicyText:
    """Wait until a gateway says of its table what is wanted."""
    async with asyncio.timeout(60):
        while True:
            table = await mesh.get_policy_table()
            if wanted(table):
                return table
            await asyncio.sleep(0.02)


async def until_version(mesh: AsyncSureface, version: str) -> None:
    """Wait until a gateway has a table in force."""
    await until_table(mesh, lambda table: table.policy_version == version)


@contextlib.asynccontextmanager
async def gateway(
    folder: Path, table: Path, addresses: dict[str, str], **more: object
) -> AsyncIterator[tuple[Process, AsyncSureface]]:
    variables = {name.upper(): address for name, address in addresses.items()}
    async with (
        service(
            "gateway",
            DATA=folder,
            POLICIES=table,
            **{"POLICIES_LOOK_S": 0.02} | variables | more,
        ) as process,
        AsyncSureface(f"127.0.0.1:{process.port}") as mesh,
    ):
        yield process, mesh
