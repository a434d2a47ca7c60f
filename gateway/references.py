"""Photos that say who is meant: of one person each, who may be on it more than once."""

from collections.abc import Sequence
from dataclasses import replace

from faces.errors import ReferenceUnusable
from faces.policy import Policy, of_reference
from faces.rules import Rule
from gateway.pipeline import LOOKED_AT, Pipeline
from gateway.sample import Look, Sample
from meshkit.together import together


class References:
    """Judges reference photos by a scene's gates. What is compared is what a camera saw."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def samples(self, policy: Policy, photos: Sequence[bytes]) -> list[Sample]:
        """The face that counts on each photo.

        Raises:
            ReferenceUnusable: A photo does not pass the gates, or shows several people: it
                does not say who is meant.
        """
        return await together(
            self._sample(policy, index, photo) for index, photo in enumerate(photos)
        )

    async def _sample(self, policy: Policy, index: int, photo: bytes) -> Sample:
        look = await self._pipeline.look(photo, limit=LOOKED_AT)
        alone = of_reference(policy)
        sample = look.sample(alone)
        if sample.refusal and sample.refusal.rule is Rule.MAX_FACES:
            sample = await self._one_person(alone, look) or sample
        elif not sample.refusal:
            sample = await self._embedded(alone, look, 0)
        if sample.refusal:
            raise ReferenceUnusable(index=index, rule=sample.refusal.rule.value)
        return sample

    async def _one_person(self, policy: Policy, look: Look) -> Sample | None:
        """The largest face of a picture that shows somebody several times.

        Documents do: beside the portrait they have a smaller, fainter one, which counts for
        nothing but that it must not be somebody else.

        Returns:
            None if it shows several people, or may do.
        """
        sure = look.certain(policy)
        if not sure or look.seen.found > len(look.seen.faces):
            return None
        several = replace(policy, max_faces=look.seen.found)
        sure.sort(key=lambda number: -look.seen.faces[number].face.inter_eye_px)
        largest, *others = await together(self._embedded(several, look, number) for number in sure)
        if not all(_likeness(largest, other) >= policy.review for other in others):
            return None
        # One person is one face: rules are replayed on these numbers.
        return replace(largest, found=1, detected=1, others=())

    async def _embedded(self, policy: Policy, look: Look, number: int) -> Sample:
        sample = look.sample(policy, number)
        detection = look.seen.faces[number]
        return await self._pipeline.embedded(policy, sample, detection, enhance=False)


def _likeness(one: Sample, other: Sample) -> float:
    if one.judged is None or other.judged is None or one.contract_id != other.contract_id:
        return -1.0
    return float(one.judged.vector @ other.judged.vector)
