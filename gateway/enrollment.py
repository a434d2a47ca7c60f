"""Enrolment: photos of one person, each judged before it becomes a template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from faces.decision import Conclusion
from faces.errors import Code, ContractMismatch, FaceError, PersonNotFound
from faces.policy import Policy
from faces.templates import agreeing
from gateway.backends.ports import Gallery, Judged
from gateway.pipeline import Pipeline
from gateway.sample import Sample
from meshkit.together import together


class Refusal(Enum):
    """What can refuse a photo."""

    IMAGE = "image"
    POLICY = "policy"
    OUTLIER = "outlier"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture to enrol, and where it came from."""

    image: bytes
    source_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoOutcome:
    """What became of a photo."""

    sample: Sample | None = None
    """What was seen; None if the picture could not be decoded."""

    refusal: Refusal | None = None
    """What refused it; None if it becomes a template."""

    conclusion: Conclusion | None = None
    """The policy's words, if the policy refused it."""

    error: FaceError | None = None
    """The detector's words, if the picture cannot be used."""

    reason: str = ""
    """Why, in a sentence for people; empty if it becomes a template."""


class Enrollment:
    """Judges photos for enrolment. An enhanced crop is never enrolled: it is not used here."""

    def __init__(self, pipeline: Pipeline, gallery: Gallery) -> None:
        self._pipeline = pipeline
        self._gallery = gallery

    async def judge(
        self, policy: Policy, photos: Sequence[Photo], *, collection_id: str, person_id: str
    ) -> list[PhotoOutcome]:
        """Judge photos by the policy, by one another, and by who is enrolled already.

        Returns:
            One outcome per photo, in order.
        """
        # Whoever else is in a photo must not become this person.
        alone = replace(policy, max_faces=1)
        first = await together(self._alone(alone, photo) for photo in photos)
        agreed = _agreeing(policy, first)
        return await together(
            self._known(policy, outcome, collection_id, person_id) for outcome in agreed
        )

    async def _alone(self, policy: Policy, photo: Photo) -> PhotoOutcome:
        try:
            sample = await self._pipeline.sample(policy, photo.image, enhance=False)
        except FaceError as error:
            if error.code is not Code.INVALID_ARGUMENT:
                raise
            return PhotoOutcome(refusal=Refusal.IMAGE, error=error, reason=str(error))
        if sample.derived:
            raise RuntimeError("an enhanced sample was about to be enrolled")
        if sample.refusal:
            return PhotoOutcome(
                sample=sample,
                refusal=Refusal.POLICY,
                conclusion=sample.refusal,
                reason=sample.refusal.reason,
            )
        return PhotoOutcome(sample=sample)

    async def _known(
        self, policy: Policy, outcome: PhotoOutcome, collection_id: str, person_id: str
    ) -> PhotoOutcome:
        """Refuse a photo that does not resemble the person as enrolled before."""
        sample = outcome.sample
        if outcome.refusal or sample is None or sample.judged is None:
            return outcome
        vector = sample.judged.vector
        try:
            enrolled = await self._gallery.score(
                collection_id, person_id, vector, contract_id=sample.contract_id
            )
        except PersonNotFound:
            return outcome
        if enrolled is None or enrolled.similarity >= policy.review:
            return outcome
        return _outlier(sample, f"similarity {enrolled.similarity:.2f} to this person's templates")


def _agreeing(policy: Policy, outcomes: Sequence[PhotoOutcome]) -> list[PhotoOutcome]:
    """Refuse photos that do not show the person whom most others show."""
    passed = [o.sample for o in outcomes if o.sample and not o.refusal]
    judged: list[Judged] = [sample.judged for sample in passed if sample.judged]
    if not judged:
        return list(outcomes)
    if len({sample.contract_id for sample in passed}) > 1:
        # Embedders of two models answered: a roll-out is under way.
        served, other = sorted({sample.contract_id for sample in passed})[:2]
        raise ContractMismatch(expected=other, served=served)
    kept = agreeing(
        np.stack([j.vector for j in judged]),
        np.array([j.quality.score for j in judged], dtype=np.float32),
        line=policy.review,
    )
    agrees = dict(zip(map(id, passed), kept.tolist(), strict=True))
    return [
        _outlier(o.sample, "it does not resemble the other photos")
        if o.sample and not agrees.get(id(o.sample), True)
        else o
        for o in outcomes
    ]


def _outlier(sample: Sample, reason: str) -> PhotoOutcome:
    return PhotoOutcome(sample=sample, refusal=Refusal.OUTLIER, reason=reason)
