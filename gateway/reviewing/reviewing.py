"""Review items: opened by a hit, looked at, judged, and on record at each step."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from faces.errors import ReviewNotFound
from faces.policy import Policy
from faces.review import Opinion, Principal, Review
from gateway.enrolled import Enrolled
from gateway.identity.asking import in_reach
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews
from gateway.reviewing.beginnings import Beginnings
from gateway.reviewing.items import are_enrolled, item_of
from gateway.reviewing.pictures import Pictures, Shown
from gateway.sample import Sample

PERSON_DELETED = "person_deleted"
"""Why pictures are erased of whoever is in the gallery no more."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Viewed:
    """An item, and its pictures for one reviewer."""

    review: Review
    shown: Shown


class Reviewing:
    """Keeps the order of things. A step is in the log before it counts.

    One step at a time: what is checked must still hold when it is kept, and people are slow.
    """

    def __init__(
        self,
        reviews: Reviews,
        pictures: Pictures,
        recorder: Recorder,
        *,
        enrolled: Enrolled | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Keep items.

        Args:
            reviews: Items.
            pictures: Their pictures.
            recorder: Puts each step on record.
            enrolled: Knows who was deleted while they were found; None takes nobody for deleted.
            clock: Tells the time, in UTC.
        """
        self._reviews = reviews
        self._pictures = pictures
        self._recorder = recorder
        self._enrolled = enrolled
        self._clock = clock
        self._step = asyncio.Lock()
        self._beginnings = Beginnings()

    async def begin(
        self,
        policy: Policy,
        decision: Decision,
        sample: Sample,
        *,
        searcher: Principal,
        probe: bytes,
        reference: bytes = b"",
    ) -> None:
        """Open the item of a decision, if that asks for one.

        Args:
            policy: What it was decided by: says for how long pictures are kept.
            decision: On record already, but not told to anybody.
            sample: Which of its samples people look at.
            searcher: Who may not judge it.
            probe: The picture of the sample, as it was sent.
            reference: The picture that it resembles, if one came along.

        Whoever was deleted while they were searched leaves no picture: the item is withdrawn.

        Raises:
            FaceError: There is no item, so the decision must not be told.
        """
        if not decision.review_id:
            return
        enhanced = sample.enhanced.derived if sample.enhanced else None
        shown = Shown(probe=probe, reference=reference, enhanced=enhanced)
        item = item_of(decision, sample, searcher, policy)
        # Whoever is deleted from here on finds the item, and erases it.
        with self.beginning():
            if await are_enrolled(item, self._enrolled):
                await self.add(item, shown)
            else:
                withdrawn = item.without_pictures()
                facts = {"why": PERSON_DELETED, "state": withdrawn.state.value}
                await self._note("review_erasure", withdrawn, facts)
                await self._reviews.add(withdrawn)

    async def add(self, item: Review, shown: Shown) -> None:
        """Let people judge a hit that is on record.

        Raises:
            StoreUnavailable: There is no item.
        """
        # Pictures first: an item is there with them, or not at all.
        await self._pictures.keep(item.review_id, shown)
        await self._reviews.add(item)

    async def open_raw(self, review_id: str, reviewer: Principal) -> Viewed:
        """Show a reviewer the probe as it was sent, and note that they look at it.

        Raises:
            ReviewNotFound: There is no such item.
            ReviewClosed, ReviewerConflict: See `Review.opened`.
            StoreUnavailable: It cannot be shown, or not be noted.
        """
        async with self._step:
            item = await self._get(review_id)
            return await self._look(item, item.opened(reviewer, self._clock()), reviewer, "raw")

    async def open_candidates(self, review_id: str, reviewer: Principal) -> Viewed:
        """Show a reviewer the rest, and note that they look at it.

        Raises:
            ReviewNotOpened: They have not looked at the probe itself.
            ReviewNotFound, ReviewClosed, ReviewerConflict, StoreUnavailable: See `open_raw`.
        """
        async with self._step:
            item = await self._get(review_id)
            after = item.revealed(reviewer, self._clock())
            return await self._look(item, after, reviewer, "candidates")

    async def judge(
        self, review_id: str, opinion: Opinion, *, request_id: str, fingerprint: bytes
    ) -> Review:
        """Add one person's judgement to an item.

        Args:
            review_id: The item.
            opinion: The judgement.
            request_id: The same one again gets the same answer.
            fingerprint: Tells whether it is the same request.

        Raises:
            RequestIdReused: The request id came with another request before.
            ReviewNotFound: There is no such item.
            ReviewClosed, ReviewerConflict, ReviewNotOpened, FieldMissing, FieldInvalid: See
                `Review.judged`.
            StoreUnavailable: It is not kept, or not logged; the same request may come again.
        """
        async with self._step:
            if known := await self._reviews.answered(request_id, fingerprint):
                return known
            item = (await self._get(review_id)).judged(opinion)
            facts = {
                "reviewer_id": opinion.reviewer.person_id,
                "judgement": opinion.judgement.value,
                "person_id": item.opinions[-1].person_id,
                "findings": {each.feature.value: each.finding.value for each in opinion.findings},
                "state": item.state.value,
            }
            await self._note("review", item, facts)
            await self._reviews.change(item, request_id=request_id, fingerprint=fingerprint)
            return item

    async def forget(
        self, collection_id: str, person_id: str = "", *, until: datetime | None = None
    ) -> int:
        """Erase every picture that may show somebody who is deleted.

        Args:
            collection_id: Where they were enrolled.
            person_id: Who; empty for everybody.
            until: Passes over items of later: they show somebody who was enrolled since.

        Returns:
            Of how many items.

        Raises:
            StoreUnavailable: Not all of them are erased.
        """
        why = PERSON_DELETED if person_id else "collection_deleted"
        # Who looked before the deletion has kept what they found by then; who looks later, finds
        # nobody.
        await self._beginnings.over()
        about = await self._reviews.with_pictures_of(collection_id, person_id)
        old = [item for item in about if until is None or item.create_time <= until]
        for item in old:
            await self.erase(item, why)
        return len(old)

    def beginning(self) -> AbstractContextManager[None]:
        """While the block runs, `forget` waits: it will see the items that the block adds."""
        return self._beginnings.one()

    async def erase(self, item: Review, why: str) -> None:
        """Erase an item's pictures; if it waits for judgements, it is withdrawn.

        Raises:
            StoreUnavailable: They may still be there.
        """
        async with self._step:
            known = await self._reviews.get(item.review_id)
            if not known.pictures:
                return  # somebody else has, meanwhile
            after = known.without_pictures()
            await self._pictures.erase(item.review_id)
            await self._note("review_erasure", after, {"why": why, "state": after.state.value})
            await self._reviews.change(after)

    async def _get(self, review_id: str) -> Review:
        """An item, for a person. One that they may not reach is not there, for them."""
        item = await self._reviews.get(review_id)
        if not in_reach(collection_id=item.collection_id, scene=item.scene):
            raise ReviewNotFound(review_id=review_id)
        return item

    async def _look(self, item: Review, after: Review, reviewer: Principal, at: str) -> Viewed:
        shown = await self._pictures.load(item.review_id)
        facts = {
            "reviewer_id": reviewer.person_id,
            "looked_at": at,
            "image_sha256": item.probe.image_sha256,
        }
        await self._note("review_opening", item, facts)
        if after is not item:
            await self._reviews.change(after)
        return Viewed(after, shown)

    async def _note(self, kind: str, item: Review, facts: Mapping[str, object]) -> None:
        about = {
            "review_id": item.review_id,
            "decision_id": item.decision_id,
            "case_id": item.case_id,
        }
        await self._recorder.note(kind, {**about, **facts})
