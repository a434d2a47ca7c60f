"""People who are deleted while a search for them is on its way."""

import asyncio
from pathlib import Path

import pytest

from faces.errors import ReviewClosed, ServiceUnavailable
from faces.review import Principal, ReviewState
from tests.records import kept
from tests.unit.review_world import house


class Enrolled:
    """Alice, bob and her twin, until somebody is deleted."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.fails = False
        self.asked = asyncio.Event()
        self.asked_again = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def template_ids(self, collection_id: str, person_id: str) -> frozenset[str]:
        found = frozenset[str]() if person_id in self.gone else frozenset({f"t-{person_id}"})
        (self.asked_again if self.asked.is_set() else self.asked).set()
        await self.may_answer.wait()
        if self.fails:
            raise ServiceUnavailable(service="gallery")
        return found


async def test_who_is_deleted_while_they_are_searched_leaves_no_picture(tmp_path: Path) -> None:
    """The hit is on record and has its item, which is withdrawn: nobody can look at it."""
    enrolled = Enrolled()
    enrolled.gone.add("alice")
    async with house(tmp_path, enrolled) as here:
        review_id = await here.search()
        item = await here.people.reviews.get(review_id)
        pictures = here.people.pictures.kept()
        with pytest.raises(ReviewClosed):
            await here.people.reviewing.open_raw(review_id, Principal("ann"))

    assert (ReviewState.WITHDRAWN, False, set()) == (item.state, item.pictures, pictures)
    [erased] = [each for each in kept(tmp_path) if each["kind"] == "review_erasure"]
    assert (review_id, "person_deleted") == (erased["review_id"], erased["why"])


async def test_a_deletion_waits_for_an_item_that_is_being_opened(tmp_path: Path) -> None:
    """They were enrolled when it was asked; the deletion that came then finds the item."""
    enrolled = Enrolled()
    enrolled.may_answer.clear()
    async with house(tmp_path, enrolled) as here:
        searching = asyncio.create_task(here.search())
        await enrolled.asked.wait()
        forgetting = asyncio.create_task(here.people.reviewing.forget("people", "alice"))
        await asyncio.sleep(0)
        enrolled.may_answer.set()
        review_id, forgotten = await searching, await forgetting
        item = await here.people.reviews.get(review_id)
        pictures = here.people.pictures.kept()

    assert (1, ReviewState.WITHDRAWN, set()) == (forgotten, item.state, pictures)


async def test_hits_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Two items are opened at once, each asking for itself."""
    enrolled = Enrolled()
    enrolled.may_answer.clear()
    async with house(tmp_path, enrolled) as here, asyncio.timeout(30):
        searching = [asyncio.create_task(here.search()) for _ in range(2)]
        await enrolled.asked_again.wait()
        enrolled.may_answer.set()
        assert 2 == len(set(await asyncio.gather(*searching)))


async def test_a_hit_that_nobody_can_vouch_for_is_not_told(tmp_path: Path) -> None:
    """The gallery is away: the call fails, and no picture is kept."""
    enrolled = Enrolled()
    enrolled.fails = True
    async with house(tmp_path, enrolled) as here:
        with pytest.raises(ServiceUnavailable):
            await here.search()
        left = here.people.pictures.kept(), await here.people.reviews.ids()

    assert (set(), set()) == left


async def test_whoever_is_enrolled_since_keeps_their_pictures(tmp_path: Path) -> None:
    """An erasure reaches items of before, however late a gateway learns of it."""
    async with house(tmp_path) as here:
        review_id = await here.search()
        created = (await here.people.reviews.get(review_id)).create_time
        early = created.replace(year=created.year - 1)
        counts = [
            await here.people.reviewing.forget("people", "alice", until=until)
            for until in (early, created, created)
        ]

    assert [0, 1, 0] == counts
