"""Tracks of jobs on their way to people: a real worker, real folders, and a desk that judges."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from faces.errors import FieldInvalid, JobResultUnusable, ReviewerConflict
from faces.review import Principal, ReviewState
from gateway.jobs.documents import RECORDS
from gateway.records.log import DecisionLog
from gateway.reviewing.promises import Promises
from meshkit.chain import PLAIN, excerpt_entries
from tests.job_house import MIA, WATCH, house
from tests.jobsites import Site
from tests.records import kept
from tests.reviewing import opinion

OURS = {"position", "previous", "hash"}
"""Members that a log gives its records."""


async def test_a_chosen_track_goes_to_people(site: Site) -> None:
    """Raw crop first, blind, twice; its record names the one of the worker that it rests on."""
    async with house(site) as here:
        item = await here.item()
        raw = await here.people.reviewing.open_raw(item.review_id, Principal("ann"))
        states = [(await here.people.say(item.review_id, opinion(n))).state for n in ("ann", "ben")]
        again = await here.item()

    crop = (site.folder / "found" / here.job.job_id / "crops" / "000001.png").read_bytes()
    assert (here.job.job_id, 1, "c-1", "alice") == (
        item.job_id,
        item.track_rank,
        item.case_id,
        item.candidates[0].person_id,
    )
    assert crop == raw.shown.probe
    assert raw.review.probe.box
    assert (50, 50, 150, 150) == tuple(round(side) for side in raw.review.probe.box)
    assert [ReviewState.OPEN, ReviewState.CONFIRMED] == states
    assert (item.review_id, ReviewState.CONFIRMED) == (again.review_id, again.state)
    [noted] = [each for each in kept(here.folder) if each["kind"] == "job_review"]
    [track] = [each for each in kept(site.folder) if each.get("rank") == 1]
    assert f"{track['position']}:{track['hash']}" == noted["record"]
    assert ("mia", item.review_id, track["crop_sha256"]) == (
        noted["operator_id"],
        noted["review_id"],
        noted["image_sha256"],
    )


@pytest.mark.parametrize("who", ["mia", "o-1"])
async def test_nobody_judges_what_they_chose_or_searched(site: Site, who: str) -> None:
    """Neither mia, who chose the track, nor the one who submitted the job."""
    async with house(site) as here:
        item = await here.item()
        with pytest.raises(ReviewerConflict):
            await here.people.reviewing.open_raw(item.review_id, Principal(who))


async def test_what_is_no_hit_is_refused_by_name_and_passed_over_in_ranks(site: Site) -> None:
    """The second track resembles nobody: as with a search, there is nothing to confirm."""
    async with house(site) as here:
        for ranks in ([2], [1, 2], [3]):
            with pytest.raises(FieldInvalid, match="must be of hits"):
                await here.tracks.choose(here.job.job_id, ranks, MIA)
        opened = await here.tracks.top(here.job.job_id, 5, MIA)

    assert [1] == [item.track_rank for item in opened]


async def test_a_scene_without_reviewers_has_nothing_to_confirm(site: Site) -> None:
    """As with a search."""
    async with house(site, replace(WATCH, reviewers=0)) as here:
        with pytest.raises(FieldInvalid, match="asks for no reviewers"):
            await here.item()


async def test_a_job_that_goes_on_has_found_nothing_yet(site: Site) -> None:
    """Its tracks are not even made."""
    async with house(site, ended=False) as here:
        with pytest.raises(JobResultUnusable, match="has found nothing yet"):
            await here.item()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param(RECORDS, "has records that were changed", id="a record"),
        pytest.param("crops/000001.png", "has another picture of track 1", id="a crop"),
    ],
)
async def test_what_was_changed_goes_to_nobody(site: Site, name: str, problem: str) -> None:
    """Everything that reviewers would see is as a record says."""
    async with house(site) as here:
        file = site.folder / "found" / here.job.job_id / name
        file.write_bytes(file.read_bytes().replace(b"c-1", b"c-2") + b" ")
        if name == RECORDS:
            file.write_bytes(file.read_bytes()[:-1])
        with pytest.raises(JobResultUnusable, match=problem):
            await here.item()


async def test_records_that_were_made_anew_go_to_nobody(site: Site) -> None:
    """A chain of one's own may fit together, but the job ended in another record."""
    async with house(site) as here:
        with DecisionLog(site.folder / "forged") as log:
            before = log.head
            for record in kept(site.folder):
                facts = {name: record[name] for name in record if name not in OURS}
                await log.append(facts | {"quality": 0.99})
            forged = await log.excerpt(before)
        (site.folder / "found" / here.job.job_id / RECORDS).write_bytes(forged)
        with pytest.raises(JobResultUnusable, match="the worker's last record was"):
            await here.item()


async def test_a_job_s_own_setting_opens_its_hits(site: Site) -> None:
    """Once it has ended, whatever was restarted meanwhile; only the searcher may not judge."""
    async with house(site, ended=False) as here:
        here.promises.add(here.job.job_id, datetime.now(UTC))
        here.promises.add("j-lost", datetime.now(UTC) - timedelta(hours=2))
        await here.later.look()
        waiting = list(Promises(here.folder).all())
        async with site.worker():
            await site.ended(here.job)
        await here.later.look()
        [item] = await here.people.reviews.of_case("c-1")
        await here.people.reviewing.open_raw(item.review_id, MIA)

    assert ([here.job.job_id], {}) == (waiting, here.promises.all())
    assert (1, None) == (item.track_rank, item.chosen_by)


@pytest.mark.parametrize(
    "templates",
    [
        pytest.param(frozenset(), id="deleted"),
        pytest.param(frozenset({"new"}), id="deleted and enrolled again"),
    ],
)
async def test_pictures_of_who_was_deleted_go_to_nobody(
    site: Site, templates: frozenset[str]
) -> None:
    """They are still in the worker's folder, and none is taken from there any more."""
    async with house(site) as here:
        here.enrolled.templates = templates
        with pytest.raises(FieldInvalid, match="track 1 names one who is not"):
            await here.item()
        opened = await here.tracks.top(here.job.job_id, 5, MIA)
        here.promises.add(here.job.job_id, datetime.now(UTC))
        await here.later.look()
        items = await here.people.reviews.of_case("c-1")
        pictures = here.people.pictures.kept()

    assert ([], [], set()) == (opened, items, pictures)
    assert {} == here.promises.all()
    assert [] == [each for each in kept(here.folder) if each["kind"] == "job_review"]


async def test_pictures_of_who_is_deleted_meanwhile_are_erased(site: Site) -> None:
    """Whoever is deleted while an item of theirs is opened finds it there."""
    async with house(site) as here:
        here.enrolled.may_answer.clear()
        opening = asyncio.create_task(here.item())
        await here.enrolled.asked.wait()
        forgetting = asyncio.create_task(here.people.reviewing.forget("people", "alice"))
        await asyncio.sleep(0)
        here.enrolled.may_answer.set()
        review_id, forgotten = (await opening).review_id, await forgetting
        item = await here.people.reviews.get(review_id)

    assert (1, ReviewState.WITHDRAWN) == (forgotten, item.state)
    assert set() == here.people.pictures.kept()


async def test_a_job_brings_its_records_along(site: Site) -> None:
    """All its tracks and its end, as an excerpt of the worker's log that proves itself."""
    async with house(site) as here:
        pass

    entries = list(excerpt_entries(site.folder / "found" / here.job.job_id / RECORDS, PLAIN))
    assert ["job_track", "job_track", "job_end"] == [entry.kind for entry in entries]
    end = kept(site.folder)[-1]
    assert (20, 20, 0, 2, 1, True) == tuple(
        end[name]
        for name in (
            *("frame_count", "done_frame_count", "broken_frame_count"),
            *("track_count", "source_count", "complete"),
        )
    )
    assert (0.5, 1) == (end["accept_line"]["similarity"], end["accept_line"]["persons"])
