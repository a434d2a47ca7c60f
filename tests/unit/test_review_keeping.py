"""Pictures of review items: who may read them, and when they go."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faces.errors import ReviewClosed, StoreUnavailable
from faces.review import ReviewState
from gateway.reviewing.keeping import Keeping
from gateway.reviewing.pictures import FOLDER, Pictures, Shown
from tests.records import kept
from tests.reviewing import opinion
from tests.unit.review_world import house


async def test_pictures_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The folder 0700 and files 0600, whatever the umask is."""
    before = os.umask(0)
    try:
        async with house(tmp_path) as here:
            await here.search()
    finally:
        os.umask(before)

    folder = tmp_path / FOLDER
    modes = {f"{each.stat().st_mode & 0o777:o}" for each in folder.iterdir()}
    assert ({"600"}, "700") == (modes, f"{folder.stat().st_mode & 0o777:o}")


async def test_a_hit_without_its_pictures_is_not_told(tmp_path: Path) -> None:
    """If they cannot be kept, the call fails, and there is no item."""
    async with house(tmp_path) as here:
        (tmp_path / FOLDER).rmdir()
        with pytest.raises(StoreUnavailable):
            await here.search()

        assert set() == await here.people.reviews.ids()


async def test_who_is_deleted_is_in_no_picture_any_more(tmp_path: Path) -> None:
    """Pictures of hits on them go; what waits is withdrawn, what is settled stays settled."""
    async with house(tmp_path) as here:
        people, waiting, settled = here.people, await here.search(), await here.search()
        for who in ("ann", "ben"):
            await people.say(settled, opinion(who))
        await people.look(waiting, "ann")

        counts = [await people.reviewing.forget("people", who) for who in ("eve", "alice")]

        assert [0, 2] == counts
        assert set() == people.pictures.kept()
        states = [(await people.reviews.get(each)).state for each in (waiting, settled)]
        assert [ReviewState.WITHDRAWN, ReviewState.CONFIRMED] == states
        with pytest.raises(ReviewClosed):
            await people.judge(waiting, opinion("ann"))
    erased = [each for each in kept(tmp_path) if each["kind"] == "review_erasure"]
    assert {"person_deleted"} == {each["why"] for each in erased}
    assert [(waiting, "withdrawn"), (settled, "confirmed")] == [
        (each["review_id"], each["state"]) for each in erased
    ]


async def test_pictures_and_items_go_when_they_are_old(tmp_path: Path) -> None:
    """Pictures after their days; the item with the decision's record."""
    async with house(tmp_path) as here:
        people, review_id = here.people, await here.search()
        created = (await people.reviews.get(review_id)).create_time
        seen = []
        for days in (29, 31, 199, 201):
            now = created + timedelta(days=days)
            keeping = Keeping(
                *(people.reviews, people.pictures, people.reviewing),
                record_days=200,
                clock=lambda now=now: now,  # type: ignore[misc]  # mypy knows no such default
            )
            await keeping.sweep()
            seen.append((len(people.pictures.kept()), len(await people.reviews.ids())))

    assert [(1, 1), (0, 1), (0, 1), (0, 0)] == seen
    assert 1 == sum(each["kind"] == "review_erasure" for each in kept(tmp_path))


@pytest.mark.parametrize(
    ("hours", "left"),
    [
        pytest.param(0, {"lost", "half.new"}, id="items may be on their way"),
        pytest.param(2, set(), id="an hour later"),
    ],
)
async def test_what_a_call_left_is_tidied_up_later(
    tmp_path: Path, hours: int, left: set[str]
) -> None:
    """A caller who gave up in between leaves pictures without an item, for a while."""
    async with house(tmp_path) as here:
        people, review_id = here.people, await here.search()
        await people.pictures.keep("lost", Shown(probe=b"pixels"))
        (tmp_path / FOLDER / "half.new").write_bytes(b"pix")
        keeping = Keeping(
            *(people.reviews, people.pictures, people.reviewing),
            record_days=0,
            clock=lambda: datetime.now(UTC) + timedelta(hours=hours),
        )
        await keeping.sweep()

    assert left | {review_id} == Pictures(tmp_path).kept()


async def test_what_a_crash_left_is_tidied_up(tmp_path: Path) -> None:
    """Pictures whose item never came, and halves; an item's own stay."""
    async with house(tmp_path) as here:
        people, review_id = here.people, await here.search()
        await people.pictures.keep("lost", Shown(probe=b"pixels"))
        (tmp_path / FOLDER / "half.new").write_bytes(b"pix")
        keeping = Keeping(*(people.reviews, people.pictures, people.reviewing), record_days=0)
        await keeping.tidy()
        await keeping.sweep()

        assert {review_id} == Pictures(tmp_path).kept()
