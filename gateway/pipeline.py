"""From a picture to a sample that may be compared, or to the rule that refuses it."""

from dataclasses import dataclass

from faces.decision import Conclusion
from faces.face import Face
from faces.gates import Enhancement, gate_sample, gate_sighting
from faces.policy import Policy
from gateway.advice import advised
from gateway.backends.ports import Detections, Detector, Judged
from gateway.enhancing import Enhanced, Enhancing

LOOKED_AT = 4
"""Faces that the detector returns of a picture, to tell people from what may be none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known of the most prominent face of a picture."""

    found: int
    """How many faces the picture shows."""

    face: Face | None
    """The face; None if there is none."""

    judged: Judged | None
    """Its vector and quality; None if it was refused before it was embedded."""

    contract_id: str
    """The space of the vector; empty without one."""

    enhancement: Enhancement
    """What became of gate 2."""

    refusal: Conclusion | None
    """Why it may not be compared; None if it may."""

    enhanced: Enhanced | None = None
    """What an enhancer made of the face, used or not; None if none answered."""

    @property
    def derived(self) -> bool:
        """Whether the vector owes anything to an enhancer. Such a sample is never enrolled."""
        return self.enhancement is Enhancement.DONE

    @property
    def raw(self) -> Judged | None:
        """The face as the camera saw it, whatever was made of it since."""
        return self.enhanced.raw if self.enhanced else self.judged


class Pipeline:
    """Detector, gates, and embedder with or without enhancer."""

    def __init__(self, detector: Detector, enhancing: Enhancing) -> None:
        self._detector = detector
        self._enhancing = enhancing

    async def sample(
        self,
        policy: Policy,
        image: bytes,
        *,
        camera_id: str = "",
        embed_anyway: bool = False,
        enhance: bool = True,
        images: bool = False,
    ) -> Sample:
        """Look at a picture under a policy.

        Args:
            policy: The gates' lines.
            image: An encoded picture.
            camera_id: Selects the enhancer's adapter.
            embed_anyway: Embed a face that gate 1 refuses, too, so that a person can
                see its similarity. The refusal stands.
            enhance: Whether gate 2 is tried. Never for enrolment: what is enrolled is
                what the camera saw.
            images: Whether what an enhancer makes comes as an image for people, too.
        """
        seen = await self._detector.detect(image, limit=LOOKED_AT)
        best = seen.faces[0] if seen.faces else None
        found = _certain(policy, seen)
        refusal = gate_sighting(policy, best.face.sighting if best else None, faces=found)
        if best is None or (refusal and not embed_anyway):
            return Sample(
                found=found,
                face=best.face if best else None,
                judged=None,
                contract_id="",
                enhancement=Enhancement.NOT_NEEDED,
                refusal=refusal,
            )
        embedding = await self._enhancing.embed(
            policy, best.crop, camera_id=camera_id, enhance=enhance, images=images
        )
        judged = embedding.judged
        poor = gate_sample(
            policy,
            quality=judged.quality.score,
            occlusion=judged.occlusion.share if judged.occlusion else None,
            enhancement=embedding.enhancement,
        )
        return Sample(
            found=found,
            face=best.face,
            judged=judged,
            contract_id=embedding.contract_id,
            enhancement=embedding.enhancement,
            refusal=refusal or advised(poor, best, judged),
            enhanced=embedding.enhanced,
        )


def _certain(policy: Policy, seen: Detections) -> int:
    """How many faces there are, without those that the scene would not take for one.

    A poster in the background that scores just above the detector's own line must not
    keep a door shut.
    """
    doubtful = sum(
        found.face.detection_score < policy.min_detection_score for found in seen.faces[1:]
    )
    return seen.found - doubtful
