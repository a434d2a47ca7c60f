"""A mesh that there is something to ask about, and what plausible requests say."""

from collections.abc import Mapping

from bench.operations.truth import PICTURES
from client import AsyncSureface
from client.types import Photo
from gateway.config import BUILT_IN_POLICIES

COLLECTION, PERSON, CASE = "fuzz", "p1", "case-1"


async def prepared(address: str) -> Mapping[str, str]:
    """Enrol somebody, open a review, and tell fields of requests by name."""
    async with AsyncSureface(address, deadline_s=60) as client:
        await client.create_collection(collection_id=COLLECTION)
        answer = await client.enroll_person(
            scene="access_control",
            collection_id=COLLECTION,
            person_id=PERSON,
            photos=[Photo(PICTURES["obama"])],
        )
        found = await client.search(
            scene="search_prefilter",
            probe=PICTURES["obama2"],
            collection_id=COLLECTION,
            case_id=CASE,
            purpose="fuzz",
            operator_id="operator-1",
        )
    return {
        "scene": "search_prefilter",
        "collection_id": COLLECTION,
        "person_id": PERSON,
        "template_id": answer.outcomes[0].template_id,
        "case_id": CASE,
        "purpose": "fuzz",
        "operator_id": "operator-1",
        "reviewer_id": "reviewer-1",
        "reader_id": "reader-1",
        "camera_id": "camera-1",
        "review_id": found.review_id,
        "contract_id": found.decision.contract_id,
        "policy_version": found.decision.policy_version,
        "job_id": "job-1",
        "track_id": "track-1",
        "paths": "clip.mp4",
        "text": BUILT_IN_POLICIES.read_text(encoding="utf-8"),
    }
