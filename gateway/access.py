"""Doors and turnstiles: one frame, one verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faces.calibration import AcceptLine
from faces.decision import Candidate
from faces.errors import ContractMismatch
from faces.policy import Row
from gateway import raw_score
from gateway.backends.ports import Gallery
from gateway.pipeline import Pipeline
from gateway.records.decision import Decision
from gateway.records.recorder import Recorder
from gateway.references import References
from gateway.reviewing.principals import principal
from gateway.reviewing.reviewing import Reviewing
from gateway.sample import Sample

RUNNERS_UP = 4
"""How many candidates besides the best one a decision is recorded with."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision, and what it is about."""

    decision: Decision
    sample: Sample
    candidates: Sequence[Candidate]

    photo_similarities: Sequence[float] = ()
    """With each reference photo, in order; empty unless there were any."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe as its scene saw it."""

    policy: Row
    probe: bytes
    sample: Sample


@dataclass(frozen=True, slots=True)
class Found:
    """What a collection says of a probe."""

    candidates: Sequence[Candidate]

    line: AcceptLine | None
    """Where a match begins; None if nothing was compared."""


class Access:
    """Judges probes against one person or against everyone."""

    def __init__(
        self,
        *,
        recorder: Recorder,
        pipeline: Pipeline,
        gallery: Gallery,
        reviewing: Reviewing,
    ) -> None:
        self._recorder = recorder
        self._pipeline = pipeline
        self._gallery = gallery
        self._reviewing = reviewing
        self._references = References(pipeline)

    async def identify(
        self, scene: str, probe: bytes, *, collection_id: str, camera_id: str
    ) -> Answer:
        """Compare a probe with everyone in a collection."""
        probed = await self._probe(scene, probe, camera_id)
        policy, sample = probed.policy, probed.sample
        candidates: list[Candidate] = []
        line = None
        if sample.judged and not sample.refusal:
            candidates = await self._gallery.search(
                collection_id,
                sample.judged.vector,
                contract_id=sample.contract_id,
                limit=1 + RUNNERS_UP,
            )
            line = await self._recorder.lines.among(policy, sample.contract_id, collection_id)
        context = {"collection_id": collection_id, "camera_id": camera_id}
        found = Found(candidates, line)
        return await self._conclude("Identify", probed, found, context)

    async def verify_person(
        self, scene: str, probe: bytes, *, collection_id: str, person_id: str, camera_id: str
    ) -> Answer:
        """Compare a probe with one enrolled person."""
        probed = await self._probe(scene, probe, camera_id)
        policy, sample = probed.policy, probed.sample
        candidates: list[Candidate] = []
        line = None
        if sample.judged and not sample.refusal:
            claimed = await self._gallery.score(
                collection_id,
                person_id,
                sample.judged.vector,
                contract_id=sample.contract_id,
            )
            candidates = [claimed] if claimed else []
            line = await self._recorder.lines.claimed(policy, sample.contract_id, collection_id)
        context = {
            "collection_id": collection_id,
            "claimed_person_id": person_id,
            "camera_id": camera_id,
        }
        found = Found(candidates, line)
        return await self._conclude("Verify", probed, found, context)

    async def verify_photos(
        self, scene: str, probe: bytes, *, photos: Sequence[bytes], camera_id: str
    ) -> Answer:
        """Compare a probe with photos sent along; the most similar one counts.

        Not their mean: the best one needs no rule for photos that disagree, and one old photo
        does not spoil a new one.

        Raises:
            ReferenceUnusable: A photo does not pass the scene's gates, or shows several
                people: it does not say who is meant.
            ContractMismatch: Two models answered: a roll-out is under way.
        """
        probed = await self._probe(scene, probe, camera_id)
        policy, sample = probed.policy, probed.sample
        references: list[Sample] = []
        similarities: list[float] = []
        if sample.judged and not sample.refusal:
            references = await self._references.samples(policy, photos)
            similarities = _similarities(sample, references)
        candidates = [Candidate("", max(similarities))] if similarities else []
        lines = self._recorder.lines
        line = lines.shown(policy, sample.contract_id, photos=len(photos)) if candidates else None
        context = {
            "reference_photos": str(len(photos)),
            "reference_similarities": " ".join(f"{s:.4f}" for s in similarities),
            "camera_id": camera_id,
        }
        decision = await self._recorder.conclude(
            "Verify",
            policy,
            [sample, *references],
            candidates,
            context,
            raw_similarity=raw_score.among(sample, references),
            line=line,
        )
        closest = photos[similarities.index(max(similarities))] if similarities else b""
        await self._review(probed, decision, closest)
        return Answer(decision, sample, candidates, similarities)

    async def _probe(self, scene: str, probe: bytes, camera_id: str) -> Probed:
        """See a probe as its scene asks; reviewers want pictures of it."""
        policy = self._recorder.policy(scene)
        images = policy.reviewers > 0
        sample = await self._pipeline.sample(policy, probe, camera_id=camera_id, images=images)
        return Probed(policy, probe, sample)

    async def _conclude(
        self, call: str, probed: Probed, found: Found, context: Mapping[str, str]
    ) -> Answer:
        """Decide on what was found in the collection of `context`."""
        raw = await raw_score.in_collection(
            self._gallery, probed.sample, context["collection_id"], found.candidates
        )
        decision = await self._recorder.conclude(
            call,
            probed.policy,
            [probed.sample],
            found.candidates,
            context,
            raw_similarity=raw,
            line=found.line,
        )
        await self._review(probed, decision)
        return Answer(decision, probed.sample, found.candidates)

    async def _review(self, probed: Probed, decision: Decision, reference: bytes = b"") -> None:
        """Have people look at a hit, if its scene asks for them. Nobody here searched."""
        await self._reviewing.begin(
            probed.policy,
            decision,
            probed.sample,
            searcher=principal(),
            probe=probed.probe,
            reference=reference,
        )


def _similarities(sample: Sample, references: Sequence[Sample]) -> list[float]:
    """Of a sample and each of its references, all of which were embedded."""
    found = []
    for reference in references:
        if reference.contract_id != sample.contract_id:
            raise ContractMismatch(expected=sample.contract_id, served=reference.contract_id)
        if sample.judged and reference.judged:
            found.append(float(sample.judged.vector @ reference.judged.vector))
    return found
