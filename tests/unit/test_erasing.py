"""Erasures: once for each order, finished whatever happens, and held by the chain."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faces.errors import FaceError, PersonNotFound, RequestIdReused, StoreUnavailable
from gateway.erasing.begun import Begun
from gateway.erasing.erasing import Erasing
from gateway.erasing.order import Order, Why, receipt_id_of
from gateway.erasing.port import Deleted
from gateway.erasing.tracks import Tracks
from tests.erasures import Told
from tests.galleries import new_id
from tests.records import kept
from tests.unit.review_world import House, house

NOW = datetime.now(UTC)
REQUEST = new_id()
ALICE = Order(
    receipt_id=receipt_id_of(REQUEST),
    request_id=REQUEST,
    collection_id="people",
    person_id="alice",
    subject="mia",
    key_id="3f2a",
)


class Gallery:
    """Deletes alice once for each request, if it is not told to fail."""

    def __init__(self) -> None:
        self.fails: FaceError | None = None
        self.deleted: dict[str, Deleted] = {}
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def delete(self, request_id: str, collection_id: str, person_id: str) -> Deleted:
        self.asked.set()
        await self.may_answer.wait()
        if self.fails:
            raise self.fails
        if request_id not in self.deleted and self.deleted:
            raise PersonNotFound(collection_id=collection_id, person_id=person_id)
        return self.deleted.setdefault(request_id, Deleted(2, NOW))

    async def aged(self, collection_id: str, limit: datetime) -> AsyncIterator[str]:
        yield "alice"


@contextlib.asynccontextmanager
async def hit(folder: Path) -> AsyncIterator[House]:
    """A house with one hit on alice, that people wait to judge."""
    async with house(folder) as here:
        await here.search()
        yield here


def erasing(here: House, folder: Path, gallery: Gallery, told: Told) -> Erasing:
    """As a gateway begins, on the files that are there."""
    tracks = Tracks(told.store(), None)
    return Erasing(Begun(folder), gallery, tracks, here.people.reviewing, here.recorder)


def receipts(folder: Path) -> list[dict[str, object]]:
    return [each for each in kept(folder) if each["kind"] == "erasure"]


async def test_a_receipt_says_what_was_erased(tmp_path: Path) -> None:
    """By kind, when, by whom; the chain holds it, and everybody else is told."""
    told = Told()
    async with hit(tmp_path) as here:
        receipt = await erasing(here, tmp_path, Gallery(), told).erase(ALICE)
        pictures = here.people.pictures.kept()

    [noted] = receipts(tmp_path)
    assert (2, 1, None, NOW) == (
        *(receipt.template_count, receipt.review_count, receipt.track_count),
        receipt.delete_time,
    )
    assert f"{noted['position']}:{noted['hash']}" == receipt.record
    assert ("alice", 2, 1, "asked", "mia", "3f2a") == tuple(
        noted[name]
        for name in ("person_id", "template_count", "review_count", "why", "subject", "key_id")
    )
    assert set() == pictures
    assert [("people", "alice")] == [(e.collection_id, e.person_id) for e in told.told]


async def test_a_repeated_request_gets_the_same_receipt(tmp_path: Path) -> None:
    """Whether it comes at once or after a restart: one erasure is on record."""
    told, gallery = Told(), Gallery()
    async with hit(tmp_path) as here:
        first = erasing(here, tmp_path, gallery, told)
        both = await asyncio.gather(first.erase(ALICE), first.erase(ALICE))
        later = await erasing(here, tmp_path, gallery, told).erase(ALICE)

    assert [later, later] == list(both)
    assert 1 == len(receipts(tmp_path))


async def test_a_request_id_is_for_one_person(tmp_path: Path) -> None:
    """Another one under the same id is refused, and not erased."""
    async with hit(tmp_path) as here:
        work = erasing(here, tmp_path, Gallery(), Told())
        await work.erase(ALICE)
        with pytest.raises(RequestIdReused):
            await work.erase(replace(ALICE, person_id="bob"))

    assert ["alice"] == [each["person_id"] for each in receipts(tmp_path)]


@pytest.mark.parametrize(
    "forgets", [False, True], ids=["soon", "once the gallery has forgotten its answer"]
)
async def test_what_a_crash_left_is_finished(tmp_path: Path, *, forgets: bool) -> None:
    """The gallery had deleted; the rest is done by whoever starts next, with a receipt."""
    gallery, told = Gallery(), Told(away=True)
    async with hit(tmp_path) as here:
        with pytest.raises(StoreUnavailable):
            await erasing(here, tmp_path, gallery, told).erase(ALICE)
        before = here.people.pictures.kept()
        if forgets:
            gallery.deleted = {new_id(): Deleted(0, NOW)}
        told.away = False
        await erasing(here, tmp_path, gallery, told).finish()
        await erasing(here, tmp_path, gallery, told).finish()
        after = here.people.pictures.kept()

    assert (1, 0) == (len(before), len(after))
    assert [(0 if forgets else 2, 1)] == [
        (each["template_count"], each["review_count"]) for each in receipts(tmp_path)
    ]


async def test_what_was_refused_is_not_tried_again(tmp_path: Path) -> None:
    """Nobody of that name was enrolled; whoever has it tomorrow is not deleted."""
    gallery = Gallery()
    gallery.fails = PersonNotFound(collection_id="people", person_id="alice")
    async with hit(tmp_path) as here:
        work = erasing(here, tmp_path, gallery, Told())
        with pytest.raises(PersonNotFound):
            await work.erase(ALICE)
        gallery.fails = None
        await work.finish()

    assert ({}, []) == (gallery.deleted, receipts(tmp_path))


async def test_whoever_leaves_does_not_stop_an_erasure(tmp_path: Path) -> None:
    """It was begun, so it is done; the same request gets its receipt."""
    gallery = Gallery()
    gallery.may_answer.clear()
    async with hit(tmp_path) as here:
        work = erasing(here, tmp_path, gallery, Told())
        leaving = asyncio.create_task(work.erase(ALICE))
        await gallery.asked.wait()
        leaving.cancel()
        await asyncio.wait({leaving})
        gallery.may_answer.set()
        receipt = await work.erase(ALICE)

    assert (2, 1) == (receipt.template_count, len(receipts(tmp_path)))


async def test_retention_is_on_record_as_such(tmp_path: Path) -> None:
    """A receipt says when nobody asked for it."""
    async with hit(tmp_path) as here:
        order = replace(ALICE, why=Why.RETENTION, subject="", key_id="")
        await erasing(here, tmp_path, Gallery(), Told()).erase(order)

    [noted] = receipts(tmp_path)
    assert "retention" == noted["why"]
    assert "subject" not in noted
