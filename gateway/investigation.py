"""Investigations: rank lists that assert nothing, and comparisons."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from faces.decision import Candidate
from faces.policy import Policy, Verdict
from faces.review import Opinion, Review
from gateway import raw_score
from gateway.backends.ports import Gallery
from gateway.pipeline import Pipeline
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from gateway.records.reviews import Reviews
from gateway.sample import Sample
from meshkit.together import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Why a search is lawful, and who answers for it."""

    case_id: str
    purpose: str
    operator_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A rank list and what the policy concludes of it."""

    decision: Decision
    sample: Sample
    candidates: Sequence[Candidate]
    review_id: str
    """The review item that the hit became; empty if there is nothing to confirm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two faces side by side."""

    decision: Decision
    first: Sample
    second: Sample
    similarity: float | None


class Investigation:
    """Searches and compares for people who have to judge the result."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        pipeline: Pipeline,
        gallery: Gallery,
        reviews: Reviews,
    ) -> None:
        self._recorder = recorder
        self._pipeline = pipeline
        self._gallery = gallery
        self._reviews = reviews

    async def search(
        self,
        scene: str,
        probe: bytes,
        *,
        collection_id: str,
        case: Case,
        limit: int,
        camera_id: str,
    ) -> Found:
        """Rank everyone in a collection; a hit becomes a review item."""
        policy = self._recorder.policy(scene)
        sample = await self._pipeline.sample(policy, probe, camera_id=camera_id)
        candidates: list[Candidate] = []
        if sample.judged and not sample.refusal:
            candidates = await self._gallery.search(
                collection_id, sample.judged.vector, contract_id=sample.contract_id, limit=limit
            )
        raw = await raw_score.in_collection(self._gallery, sample, collection_id, candidates)
        decision = await self._recorder.conclude(
            "Search",
            policy,
            [sample],
            candidates,
            {
                "collection_id": collection_id,
                "camera_id": camera_id,
                "case_id": case.case_id,
                "purpose": case.purpose,
                "operator_id": case.operator_id,
            },
            raw_similarity=raw,
        )
        review_id = await self._open_review(policy, decision, case, collection_id)
        return Found(decision=decision, sample=sample, candidates=candidates, review_id=review_id)

    async def compare(
        self,
        scene: str,
        first: bytes,
        second: bytes,
        *,
        camera_ids: tuple[str, str] = ("", ""),
        images: bool = False,
    ) -> Compared:
        """Compare the most prominent faces of two pictures.

        Args:
            scene: Whose policy row applies.
            first: An encoded picture.
            second: Another one.
            camera_ids: Which camera took either, for the log and for adapters.
            images: Whether what an enhancer makes comes as an image for people, too.
        """
        policy = self._recorder.policy(scene)
        one, two = await together(
            self._pipeline.sample(
                policy, image, camera_id=camera_id, embed_anyway=True, images=images
            )
            for image, camera_id in zip((first, second), camera_ids, strict=True)
        )
        similarity = None
        if one.judged and two.judged:
            similarity = float(one.judged.vector @ two.judged.vector)
        # Nobody is enrolled here: the second picture stands in for a candidate.
        candidates = [] if similarity is None else [Candidate("", similarity)]
        context = dict(zip(("first_camera_id", "second_camera_id"), camera_ids, strict=True))
        decision = await self._recorder.conclude(
            "Compare",
            policy,
            [one, two],
            candidates,
            {name: camera_id for name, camera_id in context.items() if camera_id},
            raw_similarity=raw_score.among(one, [two]),
        )
        return Compared(decision=decision, first=one, second=two, similarity=similarity)

    async def judge(
        self, review_id: str, opinion: Opinion, *, request_id: str, fingerprint: bytes
    ) -> Review:
        """Add one person's judgement to a review item, and log who judged how.

        Args:
            review_id: The item.
            opinion: The judgement.
            request_id: The same one again gets the same answer.
            fingerprint: Tells whether it is the same request.

        Raises:
            ReviewNotFound, ReviewClosed, ReviewerConflict, RequestIdReused, FieldInvalid: See
                `Reviews.judge`.
            StoreUnavailable: It is not kept, or not logged; the same request may come again.
        """
        review = await self._reviews.judge(
            review_id, opinion, request_id=request_id, fingerprint=fingerprint
        )
        await self._recorder.note(
            "review",
            {
                "review_id": review_id,
                "decision_id": review.decision_id,
                "case_id": review.case_id,
                "reviewer_id": opinion.reviewer_id,
                "judgement": opinion.judgement.value,
                "person_id": opinion.person_id,
                "state": review.state.value,
            },
        )
        return review

    async def _open_review(
        self, policy: Policy, decision: Decision, case: Case, collection_id: str
    ) -> str:
        hit = decision.conclusion.verdict in {Verdict.MATCH, Verdict.REVIEW}
        if not (hit and decision.candidates and policy.reviewers):
            return ""
        review = Review(
            review_id=str(uuid.uuid4()),
            decision_id=decision.decision_id,
            case_id=case.case_id,
            collection_id=collection_id,
            operator_id=case.operator_id,
            candidates=tuple(decision.candidates),
            needed=policy.reviewers,
            create_time=decision.time,
        )
        await self._reviews.add(review)
        return review.review_id
