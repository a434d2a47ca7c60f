"""A real gateway that asks who calls, with a key for each role, and a disk that may be full."""

import contextlib
import resource
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc.aio
from google.protobuf.message import Message

from gateway.identity.roles import RULES
from meshkit.chain import FOLDER
from meshkit.keys.key import Role
from tests.backends import backends
from tests.fake_gateway import METHODS
from tests.identities import Door, Held, Office, held, write
from tests.processes import Process, service

KEYS = {role: held(role, name=f"a-{role.value}") for role in Role}

BY_NAME = {method.name: path for path, method in METHODS.items()}
"""Paths of calls by their short names, which are unique."""


def caller(path: str) -> Held:
    """Somebody who may make a call."""
    return KEYS[min(RULES[path].roles, key=lambda role: role.value)]


@contextlib.asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[tuple[Process, Door]]:
    """In front of a detector and an embedder; there is no gallery."""
    keys = write(folder / "keys.json", KEYS.values())
    async with backends(folder) as addresses:
        variables = {name.upper(): address for name, address in addresses.items()}
        async with (
            service("gateway", DATA=folder, AUTH="keys", KEYS=keys, **variables) as process,
            grpc.aio.insecure_channel(f"127.0.0.1:{process.port}") as channel,
        ):
            yield process, Door(Office(), channel, process.port)


async def call(door: Door, name: str, request: Message | None = None) -> str:
    """Make a call as somebody who may: what it came to."""
    path = BY_NAME[name]
    return await door.call(path, caller(path).credential, request)


@contextlib.contextmanager
def full_disk(process: Process, folder: Path) -> Iterator[None]:
    """While the block runs, the log of a process has room for no more records."""
    last = max((folder / FOLDER).iterdir())
    size = last.stat().st_size + 100
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        room = resource.RLIM_INFINITY
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, room))
