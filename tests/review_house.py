"""A house in which people judge hits: a real gallery, and gateways that come and go."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client import AsyncSureface
from client.types import Judgement, OpenedReview, Photo, ReviewState
from gateway.config import BUILT_IN_POLICIES
from services.gallery.app import open_app as open_gallery
from tests.backends import BRIGHT, backends, picture
from tests.galleries import config
from tests.gateways import gateway
from tests.processes import Process
from tests.reviewing import OTHER_NOSE, SAME_EYES

PROBE = picture(BRIGHT).data
CASE: dict[str, Any] = {
    "scene": "search_prefilter",
    "probe": PROBE,
    "collection_id": "wanted",
    "case_id": "2026-117",
    "purpose": "a test",
    "operator_id": "olga",
}
SAME: dict[str, Any] = {
    "judgement": Judgement.SAME_PERSON,
    "person_id": "p-1",
    "findings": SAME_EYES,
}
DIFFERENT: dict[str, Any] = {"judgement": Judgement.DIFFERENT_PERSON, "findings": OTHER_NOSE}


@dataclass
class House:
    """What stays while gateways come and go."""

    folder: Path
    addresses: dict[str, str]

    @contextlib.asynccontextmanager
    async def gateway(self, **more: object) -> AsyncIterator[tuple[Process, AsyncSureface]]:
        """Run a gateway while the block runs."""
        async with gateway(self.folder, BUILT_IN_POLICIES, self.addresses, **more) as (process, m):
            yield process, m.within(120)


@contextlib.asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Detector and embedder that know no person, and a gallery in which somebody is enrolled."""
    async with (
        backends(folder) as addresses,
        open_gallery(config(folder / "gallery.sqlite")) as port,
    ):
        here = House(folder, addresses | {"gallery": f"127.0.0.1:{port}"})
        async with here.gateway() as (_, mesh):
            await mesh.create_collection(collection_id="wanted")
            enrolled = await mesh.enroll_person(
                scene="alarm_review",
                collection_id="wanted",
                person_id="p-1",
                photos=[Photo(PROBE)],
            )
            assert [""] == [outcome.reason for outcome in enrolled.outcomes]
        yield here


async def look(mesh: AsyncSureface, review_id: str, reviewer_id: str) -> OpenedReview:
    """Open all that there is."""
    opened = await mesh.open_review(review_id=review_id, reviewer_id=reviewer_id)
    await mesh.open_review_candidates(review_id=review_id, reviewer_id=reviewer_id)
    return opened


async def say(mesh: AsyncSureface, review_id: str, reviewer_id: str, **what: Any) -> ReviewState:
    """Look, then judge."""
    await look(mesh, review_id, reviewer_id)
    review = await mesh.submit_review(review_id=review_id, reviewer_id=reviewer_id, **what)
    return review.state
