"""Doors and turnstiles: one frame, one verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from faces.decision import Candidate
from faces.errors import ReferenceUnusable
from faces.policy import Policy
from gateway import raw_score
from gateway.backends.ports import Gallery
from gateway.pipeline import Pipeline, Sample
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from meshkit.together import together

RUNNERS_UP = 4
"""How many candidates besides the best one a decision is recorded with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision, and what it is about."""

    decision: Decision
    sample: Sample
    candidates: Sequence[Candidate]


class Access:
    """Judges probes against one person or against everyone."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        pipeline: Pipeline,
        gallery: Gallery,
    ) -> None:
        self._recorder = recorder
        self._pipeline = pipeline
        self._gallery = gallery

    async def identify(
        self, scene: str, probe: bytes, *, collection_id: str, camera_id: str
    ) -> Answer:
        """Compare a probe with everyone in a collection."""
        policy = self._recorder.policy(scene)
        sample = await self._pipeline.sample(policy, probe, camera_id=camera_id)
        candidates: list[Candidate] = []
        if sample.judged and not sample.refusal:
            candidates = await self._gallery.search(
                collection_id,
                sample.judged.vector,
                contract_id=sample.contract_id,
                limit=1 + RUNNERS_UP,
            )
        raw = await raw_score.in_collection(self._gallery, sample, collection_id, candidates)
        context = {"collection_id": collection_id, "camera_id": camera_id}
        decision = self._recorder.conclude(
            "Identify", policy, [sample], candidates, context, raw_similarity=raw
        )
        return Answer(decision, sample, candidates)

    async def verify_person(
        self, scene: str, probe: bytes, *, collection_id: str, person_id: str, camera_id: str
    ) -> Answer:
        """Compare a probe with one enrolled person."""
        policy = self._recorder.policy(scene)
        sample = await self._pipeline.sample(policy, probe, camera_id=camera_id)
        candidates: list[Candidate] = []
        if sample.judged and not sample.refusal:
            claimed = await self._gallery.score(
                collection_id,
                person_id,
                sample.judged.vector,
                contract_id=sample.contract_id,
            )
            candidates = [claimed] if claimed else []
        raw = await raw_score.in_collection(self._gallery, sample, collection_id, candidates)
        context = {
            "collection_id": collection_id,
            "claimed_person_id": person_id,
            "camera_id": camera_id,
        }
        decision = self._recorder.conclude(
            "Verify", policy, [sample], candidates, context, raw_similarity=raw
        )
        return Answer(decision, sample, candidates)

    async def verify_photos(
        self, scene: str, probe: bytes, *, photos: Sequence[bytes], camera_id: str
    ) -> Answer:
        """Compare a probe with photos sent along; the most similar one counts.

        Raises:
            ReferenceUnusable: A photo does not pass the scene's gates, or shows several
                people: it does not say who is meant.
        """
        policy = self._recorder.policy(scene)
        sample = await self._pipeline.sample(policy, probe, camera_id=camera_id)
        references: list[Sample] = []
        candidates: list[Candidate] = []
        if sample.judged and not sample.refusal:
            references = await together(
                self._reference(policy, index, photo) for index, photo in enumerate(photos)
            )
            vectors = [reference.judged.vector for reference in references if reference.judged]
            best = max(float(vector @ sample.judged.vector) for vector in vectors)
            candidates = [Candidate("", best)]
        context = {"reference_photos": str(len(photos)), "camera_id": camera_id}
        decision = self._recorder.conclude(
            "Verify",
            policy,
            [sample, *references],
            candidates,
            context,
            raw_similarity=raw_score.among(sample, references),
        )
        return Answer(decision, sample, candidates)

    async def _reference(self, policy: Policy, index: int, photo: bytes) -> Sample:
        reference = await self._pipeline.sample(replace(policy, max_faces=1), photo, enhance=False)
        if reference.refusal:
            raise ReferenceUnusable(index=index, rule=reference.refusal.rule.value)
        return reference
