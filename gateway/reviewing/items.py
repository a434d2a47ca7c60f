"""Review items of decisions, as they begin."""

from datetime import timedelta

from faces.policy import Policy
from faces.review import Principal, Probe, Review
from gateway.enrolled import Enrolled, gone
from gateway.records.decision import Decision
from gateway.sample import Sample


def item_of(decision: Decision, sample: Sample, searcher: Principal, policy: Policy) -> Review:
    """The item of a decision.

    Args:
        decision: Names the item.
        sample: Which of its samples people look at.
        searcher: Who may not judge it.
        policy: What it was decided by: says for how long pictures are kept.
    """
    judged, said = sample.judged, decision.context
    return Review(
        review_id=decision.review_id,
        decision_id=decision.decision_id,
        scene=decision.scene,
        case_id=said.get("case_id", ""),
        camera_id=said.get("camera_id", "") or said.get("first_camera_id", ""),
        collection_id=said.get("collection_id", ""),
        searcher=searcher,
        candidates=tuple(decision.candidates),
        needed=decision.needed_reviewers,
        create_time=decision.time,
        probe=Probe(
            image_sha256=sample.image_sha256,
            box=sample.face.box if sample.face else None,
            quality=judged.quality.score if judged else None,
            occlusion=judged.occlusion.share if judged and judged.occlusion else None,
        ),
        pictures=True,
        erase_time=decision.time + timedelta(days=policy.review_days),
    )


async def are_enrolled(item: Review, enrolled: Enrolled | None) -> bool:
    """Whether nobody was deleted who is a candidate of an item.

    Raises:
        FaceError: Nobody knows.
    """
    if enrolled is None or not item.collection_id:
        return True
    found = ((each.person_id, each.template_id) for each in item.candidates)
    return not await gone(enrolled, item.collection_id, found)
