"""Tracks that a job has found, on their way to people: by the same rule as hits of a search."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from faces.decision import Candidate
from faces.errors import FieldInvalid, JobNotFound, JobResultUnusable, ReviewNotFound
from faces.review import Principal, Probe, Review
from gateway.enrolled import Enrolled, gone
from gateway.identity.asking import in_reach
from gateway.jobs.found import Found, Record, Results
from gateway.jobs.job import Job
from gateway.jobs.store import JobStore
from gateway.records.decision import review_id_of
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews
from gateway.reviewing.pictures import Shown
from gateway.reviewing.reviewing import Reviewing

MOST = 1000
"""Most tracks of a job that are opened in one go."""


def _now() -> datetime:
    return datetime.now(UTC)


class TrackReviews:
    """Opens items for tracks of jobs; a track that has one keeps it.

    Records of a worker name whoever it found, also those who were deleted afterwards: pictures of
    them are not taken from its folder.
    """

    def __init__(
        self,
        jobs: JobStore,
        results: Results,
        reviews: Reviews,
        reviewing: Reviewing,
        recorder: Recorder,
        *,
        enrolled: Enrolled,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._jobs = jobs
        self._results = results
        self._reviews = reviews
        self._reviewing = reviewing
        self._recorder = recorder
        self._enrolled = enrolled
        self._clock = clock
        self._turn = asyncio.Lock()

    async def choose(self, job_id: str, ranks: Sequence[int], by: Principal) -> list[Review]:
        """Open items for tracks that somebody names.

        Args:
            job_id: Whose tracks.
            ranks: Which of them.
            by: Who chose them; may not judge them.

        Raises:
            JobNotFound: There is no such job.
            JobResultUnusable: What it found cannot be read, or is not as it was written.
            FieldInvalid: A rank is of no hit, or of one with somebody who was deleted; or the
                scene asks for no reviewers.
            StoreUnavailable: Not all of them have an item.
        """
        async with self._turn:
            job, found = await self._found(job_id)
            missing = [rank for rank in ranks if not _needed(found.tracks.get(rank, {}))]
            if missing:
                raise FieldInvalid(
                    field="ranks", rule=f"must be of hits; track {missing[0]} is none"
                )
            items = []
            for rank in sorted(set(ranks)):
                item = await self._item(job, found.tracks[rank], by)
                if item is None:
                    rule = f"must be of hits that are enrolled; track {rank} names one who is not"
                    raise FieldInvalid(field="ranks", rule=rule)
                items.append(item)
            return items

    async def top(self, job_id: str, count: int, by: Principal | None) -> list[Review]:
        """Open items for the highest-ranked hits; those with somebody who was deleted are none.

        Args:
            job_id: Whose tracks.
            count: How many, if there are so many.
            by: Who asks; None if the job itself did.

        Raises:
            JobNotFound, JobResultUnusable, FieldInvalid, StoreUnavailable: See `choose`.
        """
        async with self._turn:
            job, found = await self._found(job_id)
            items: list[Review] = []
            for rank in _hits(found):
                if len(items) == count:
                    break
                if item := await self._item(job, found.tracks[rank], by):
                    items.append(item)
            return items

    async def _found(self, job_id: str) -> tuple[Job, Found]:
        job = await self._jobs.get(job_id)
        if not in_reach(collection_id=job.order.collection_id, scene=job.order.policy.scene):
            raise JobNotFound(job_id=job_id)
        if not job.order.policy.reviewers:
            scene = job.order.policy.scene
            raise FieldInvalid(field="job_id", rule=f"is of {scene}, which asks for no reviewers")
        found = await self._results.read(job)
        if found.fault:
            problem = f"has records that were changed: {found.fault}"
            raise JobResultUnusable(job_id=job_id, problem=problem)
        return job, found

    async def _item(self, job: Job, track: Record, by: Principal | None) -> Review | None:
        """The item of a track; None if somebody whom it names is not enrolled any more."""
        review_id = review_id_of(track["decision_id"])
        try:
            return await self._reviews.get(review_id)
        except ReviewNotFound:
            pass
        # Whoever is deleted from here on finds the item, and erases it.
        with self._reviewing.beginning():
            return await self._opened(job, track, by) if await self._are_enrolled(track) else None

    async def _are_enrolled(self, track: Record) -> bool:
        """Whether nobody was deleted who is a candidate of a track."""
        found = ((each["person_id"], each["template_id"]) for each in track["candidates"])
        return not await gone(self._enrolled, track["collection_id"], found)

    async def _opened(self, job: Job, track: Record, by: Principal | None) -> Review:
        review_id = review_id_of(track["decision_id"])
        png, now = await self._results.crop(job, track), self._clock()
        erase_time = now + timedelta(days=job.order.policy.review_days)
        item = _review(job, track, by, now, erase_time)
        facts = {
            **{name: track[name] for name in ("decision_id", "job_id", "case_id", "rank")},
            "review_id": review_id,
            "operator_id": by.person_id if by else job.order.case.operator_id,
            "chosen_by": "operator" if by else "job",
            "image_sha256": track["crop_sha256"],
            "record": f"{track['position']}:{track.get('hash') or track.get('mac')}",
        }
        await self._recorder.note("job_review", facts, policy=job.order.policy)
        await self._reviewing.add(item, Shown(probe=png))
        return item


def _hits(found: Found) -> Iterable[int]:
    return (rank for rank in sorted(found.tracks) if _needed(found.tracks[rank]))


def _needed(track: Record) -> int:
    needed: int = track.get("needed_reviewers", 0)
    return needed if track.get("crop_sha256") else 0


def _review(
    job: Job, track: Record, by: Principal | None, now: datetime, erase_time: datetime
) -> Review:
    x_min, y_min, x_max, y_max = track["crop_box"]
    return Review(
        review_id=review_id_of(track["decision_id"]),
        decision_id=track["decision_id"],
        scene=track["scene"],
        case_id=track["case_id"],
        collection_id=track["collection_id"],
        searcher=job.order.case.operator,
        candidates=tuple(
            Candidate(
                each["person_id"],
                each["similarity"],
                each["template_id"],
                each["template_quality"],
                each["log_likelihood_ratio"],
            )
            for each in track["candidates"]
        ),
        needed=track["needed_reviewers"],
        create_time=now,
        probe=Probe(
            image_sha256=track["crop_sha256"],
            box=(x_min, y_min, x_max, y_max),
            quality=track["quality"],
        ),
        pictures=True,
        erase_time=erase_time,
        job_id=track["job_id"],
        track_rank=track["rank"],
        chosen_by=by,
    )
