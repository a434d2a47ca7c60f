"""Every store carries a request out once, and remembers that it did."""

import asyncio
import dataclasses
import functools

import pytest

from faces.errors import PersonNotFound, RequestIdReused
from services.gallery import rules
from services.gallery.answers import Added, Removed
from services.gallery.store import Store, Work
from tests.stores import adding, dropping, found, fresh, removing, templates


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


@pytest.mark.parametrize(
    ("removal", "left"),
    [
        pytest.param(adding("bob"), ({"name": "Ada"}, "6661636573"), id="none"),
        pytest.param(removing("ada"), ({}, ""), id="person"),
        pytest.param(dropping(), ({}, ""), id="collection"),
    ],
)
async def test_remembered_answers_forget_who_is_erased(
    store: Store, removal: Work, left: tuple[dict[str, str], str]
) -> None:
    """Neither labels nor what was said of their photos is told again; the answer still is."""
    requests = [fresh("add"), fresh("add")]
    labelled = dataclasses.replace(templates("ada", name="Ada"), annotation=b"faces")
    unlabelled = dataclasses.replace(templates("ada"), annotation=b"faces")
    for request, new in zip(requests, (labelled, unlabelled), strict=True):
        await store.write(request, functools.partial(rules.add, new=new))
    await store.write(fresh("next"), removal)
    again = [await store.write(request, adding("nobody")) for request in requests]

    told = [each for each in again if isinstance(each, Added)]
    assert [left] * 2 == [(each.person.labels, each.annotation) for each in told]
    assert [(1, 1), (2, 1)] == [(each.person.template_count, len(each.templates)) for each in told]


async def test_a_request_drafted_with_its_erasure_is_forgotten_too(store: Store) -> None:
    """A removal reaches the answers of the very commit that it shares."""
    request = fresh("add")
    new = dataclasses.replace(templates("ada", name="Ada"), annotation=b"faces")
    await asyncio.gather(
        store.write(request, functools.partial(rules.add, new=new)),
        store.write(fresh("next"), removing("ada")),
    )
    again = await store.write(request, adding("nobody"))

    assert isinstance(again, Added)
    assert ({}, "") == (again.person.labels, again.annotation)


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
