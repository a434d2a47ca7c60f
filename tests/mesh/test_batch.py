"""Many people enrolled through the whole mesh, whose gateway dies in the middle."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client import AsyncSureface
from client.types import Enrollee, Photo
from tests.mesh.mesh import mesh
from tests.photos import photo
from tests.processes import service

COUNT = 48
"""More than are ever unanswered at once, before the gateway dies and after."""


async def crowd() -> AsyncIterator[Enrollee]:
    """People who all look like one of two."""
    for number in range(COUNT):
        image = photo(("obama", "biden")[number % 2])
        yield Enrollee(person_id=f"p{number}", photos=[Photo(image, f"{number}.jpg")])


@pytest.mark.timeout(400)  # a whole mesh, on a machine that has other things to do
async def test_a_gateway_killed_in_the_middle_enrols_everybody_once(tmp_path: Path) -> None:
    """The SDK sends again what was not answered; what was written before is not written twice."""
    answered = []
    async with mesh(tmp_path) as running, contextlib.AsyncExitStack() as stack:
        await running.enrol("crowd")
        gateway = running.processes.pop("gateway")
        addresses = {name.upper(): f"127.0.0.1:{p.port}" for name, p in running.processes.items()}
        sureface = await stack.enter_async_context(AsyncSureface(f"127.0.0.1:{gateway.port}"))
        batch = sureface.batch_enroll(crowd(), scene="access_control", collection_id="crowd")
        async for outcome in batch:
            answered.append(outcome)
            if len(answered) == COUNT // 3:
                gateway.kill()
                await gateway.wait()
                again = service("gateway", PORT=gateway.port, DATA=tmp_path, **addresses)
                await stack.enter_async_context(again)
        persons = {
            person.person_id: person.template_count
            async for person in sureface.list_persons(collection_id="crowd")
        }

    assert {None} == {outcome.error for outcome in answered}
    assert sorted(persons) == sorted(outcome.enrollee.person_id for outcome in answered)
    assert {f"p{number}": 1 for number in range(COUNT)} == persons
