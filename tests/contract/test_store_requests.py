"""Every store carries a request out once, and remembers that it did."""

import asyncio

import pytest

from faces.errors import PersonNotFound, RequestIdReused
from services.gallery.answers import Added, Removed
from services.gallery.store import Store
from tests.stores import adding, found, fresh, removing


async def test_a_repeated_request_gets_the_answer_again(store: Store) -> None:
    """One request, however often and at once it is sent, is one write."""
    request = fresh("add")
    together = await asyncio.gather(*(store.write(request, adding("ada")) for _ in range(8)))
    later = await store.write(request, adding("ada"))

    assert [later] * 8 == together
    assert 1 == (await store.read(found("ada"))).template_count


@pytest.mark.parametrize("rpc", ["remove", "add, but another one"])
async def test_another_request_cannot_have_the_id(store: Store, rpc: str) -> None:
    """An id that was answered for one request is refused for any other."""
    request = fresh("add")
    await store.write(request, adding("ada"))

    with pytest.raises(RequestIdReused, match=request.request_id):
        await store.write(fresh(rpc, request.request_id), removing("ada"))


async def test_a_refused_request_may_come_again(store: Store) -> None:
    """A refusal changes nothing, and so does not use the id up."""
    request = fresh("remove")
    with pytest.raises(PersonNotFound):
        await store.write(request, removing("ada"))
    await store.write(fresh("add"), adding("ada"))
    await store.write(request, removing("ada"))

    with pytest.raises(PersonNotFound):
        await store.read(found("ada"))


async def test_positions_count_writes(store: Store) -> None:
    """Each write has the next position; refused and repeated ones have none."""
    request, positions = fresh("add"), []
    for work in (adding("ada"), adding("bob"), removing("ada"), adding("ada")):
        with pytest.raises(PersonNotFound):
            await store.write(fresh("remove"), removing("eve"))
        answer = await store.write(request, work)
        assert answer == await store.write(request, work)
        assert isinstance(answer, Added | Removed)
        positions.append(answer.position)
        request = fresh("next")

    first = positions[0]
    assert [*range(first, first + 4)] == positions


async def test_an_answered_request_is_known(store: Store) -> None:
    """A request counts as answered from its answer on, unless it was refused."""
    request, refused = fresh("add"), fresh("remove")
    before = await store.read(lambda view: view.answered(request.request_id))
    await store.write(request, adding("ada"))
    with pytest.raises(PersonNotFound):
        await store.write(refused, removing("eve"))

    after = await store.read(
        lambda view: [view.answered(each.request_id) for each in (request, refused)]
    )

    assert (False, [True, False]) == (before, after)
