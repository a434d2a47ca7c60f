"""A job that is done, and a gateway's desk where its tracks become review items."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from faces.policy import Policy, PolicyTable
from faces.review import Principal, Review
from gateway.jobs.found import Results
from gateway.jobs.job import Order
from gateway.records.log import DecisionLog
from gateway.records.recorder import Recorder
from gateway.reviewing.promises import Fulfilling, Promises
from gateway.reviewing.tracks import TrackReviews
from meshkit.chain import PLAIN
from tests.jobs import order
from tests.jobsites import Site
from tests.reviewing import Desk, desk
from tests.unit.door import POLICY

WATCH = replace(POLICY, scene="watch", reviewers=2, margin=0)
MIA = Principal("mia")


class Enrolled:
    """Whoever workers found, with the templates that they found, until somebody is deleted."""

    def __init__(self) -> None:
        self.templates = frozenset({""})
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def template_ids(self, collection_id: str, person_id: str) -> frozenset[str]:
        """Implement `gateway.enrolled.Enrolled.template_ids`."""
        assert ("people", "alice") == (collection_id, person_id)
        found = self.templates
        self.asked.set()
        await self.may_answer.wait()
        return found


@dataclass(frozen=True)
class House:
    """A job that is done, a gateway's desk, and what opens items."""

    job: Order
    folder: Path
    people: Desk
    enrolled: Enrolled
    tracks: TrackReviews
    later: Fulfilling
    promises: Promises

    async def item(self) -> Review:
        """The one hit of the job, chosen by mia."""
        [item] = await self.tracks.choose(self.job.job_id, [1], MIA)
        return item


@contextlib.asynccontextmanager
async def house(site: Site, policy: Policy = WATCH, *, ended: bool = True) -> AsyncIterator[House]:
    """A job over a video in which alice, who is enrolled, is seen beside somebody else."""
    wanted = order("a.mp4", policy=policy, review_count=5)
    await site.store.add(wanted)
    if ended:
        async with site.worker():
            await site.ended(wanted)
    gateway = site.folder / "gateway"
    gateway.mkdir()
    with DecisionLog(gateway) as log:
        recorder = Recorder(PolicyTable([policy]), log)
        async with desk(gateway, recorder) as people:
            results, promises = Results(site.folder / "found", PLAIN), Promises(gateway)
            enrolled = Enrolled()
            tracks = TrackReviews(
                site.store, results, people.reviews, people.reviewing, recorder, enrolled=enrolled
            )
            later = Fulfilling(promises, site.store, tracks)
            yield House(wanted, gateway, people, enrolled, tracks, later, promises)
