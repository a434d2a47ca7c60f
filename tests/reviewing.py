"""Review items in tests: a desk that keeps them, and one for tests that do not care."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from faces.review import (
    Feature,
    FeatureFinding,
    Finding,
    Judgement,
    Opinion,
    Principal,
    Review,
)
from gateway.enrolled import Enrolled
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews, open_reviews
from gateway.reviewing.pictures import Pictures
from gateway.reviewing.reviewing import Reviewing

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SAME_EYES = (FeatureFinding(Feature.EYES, Finding.SIMILAR),)
OTHER_NOSE = (FeatureFinding(Feature.NOSE, Finding.DIFFERENT),)

_RESTS_ON = {
    Judgement.SAME_PERSON: SAME_EYES,
    Judgement.DIFFERENT_PERSON: OTHER_NOSE,
    Judgement.INCONCLUSIVE: (FeatureFinding(Feature.EARS, Finding.NOT_COMPARABLE),),
}


def opinion(
    reviewer_id: str, judgement: Judgement = Judgement.SAME_PERSON, person_id: str = "alice"
) -> Opinion:
    """A judgement that has its reasons."""
    return Opinion(
        reviewer=Principal(reviewer_id),
        judgement=judgement,
        time=NOON,
        person_id=person_id,
        findings=_RESTS_ON[judgement],
    )


class _Nobody:
    """Takes hits, and forgets them."""

    async def begin(self, *args: object, **more: object) -> None:
        pass


def nobody() -> Reviewing:
    """For tests that care for decisions only."""
    return cast("Reviewing", _Nobody())


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people judge."""

    reviewing: Reviewing
    reviews: Reviews
    pictures: Pictures

    async def look(self, review_id: str, reviewer_id: str) -> None:
        """Look at all that there is."""
        await self.reviewing.open_raw(review_id, Principal(reviewer_id))
        await self.reviewing.open_candidates(review_id, Principal(reviewer_id))

    async def judge(self, review_id: str, said: Opinion) -> Review:
        """Say something without looking."""
        return await self.reviewing.judge(
            review_id, said, request_id=str(uuid.uuid4()), fingerprint=b"1"
        )

    async def say(self, review_id: str, said: Opinion) -> Review:
        """Look, then say something."""
        await self.look(review_id, said.reviewer.person_id)
        return await self.judge(review_id, said)


@contextlib.asynccontextmanager
async def desk(
    folder: Path,
    recorder: Recorder,
    *,
    enrolled: Enrolled | None = None,
    clock: Callable[[], datetime] = lambda: NOON,
) -> AsyncIterator[Desk]:
    """A desk on real files."""
    pictures = Pictures(folder)
    async with open_reviews(folder) as reviews:
        reviewing = Reviewing(reviews, pictures, recorder, enrolled=enrolled, clock=clock)
        yield Desk(reviewing, reviews, pictures)
