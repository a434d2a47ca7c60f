"""Fixtures of several suites: a gateway with canned answers, and who calls it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client import AsyncSureface, Sureface
from tests import answers
from tests.clients import Call
from tests.fake_gateway import FakeGateway, fake_gateway
from tests.images import encoded, gradient

WALKED = ("list_", "watch_", "export_")
"""Methods with these names answer with an iterator."""


@pytest.fixture(name="gateway")
def _gateway() -> Iterator[FakeGateway]:
    with fake_gateway(**answers.EVERYTHING) as gateway:
        yield gateway


@pytest.fixture(name="photo")
def _photo(tmp_path: Path) -> Path:
    file = tmp_path / "photo.png"
    file.write_bytes(encoded(gradient()))
    return file


@pytest.fixture(name="call", params=["blocking", "asyncio"])
def _call(request: pytest.FixtureRequest, gateway: FakeGateway) -> Call:
    def blocking(name: str, *, deadline_s: float = 10.0, **arguments: Any) -> Any:
        with Sureface(gateway.address) as mesh:
            answer = getattr(mesh.within(deadline_s), name)(**arguments)
            return list(answer) if name.startswith(WALKED) else answer

    async def awaiting(name: str, *, deadline_s: float = 10.0, **arguments: Any) -> Any:
        async with AsyncSureface(gateway.address) as mesh:
            answer = getattr(mesh.within(deadline_s), name)(**arguments)
            return [a async for a in answer] if name.startswith(WALKED) else await answer

    if request.param == "blocking":
        return blocking
    return lambda name, **arguments: asyncio.run(awaiting(name, **arguments))
