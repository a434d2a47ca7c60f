"""From a picture to a sample that may be compared, or to the rule that refuses it."""

import asyncio
import hashlib
from dataclasses import dataclass, replace

from faces.decision import Conclusion
from faces.face import Face
from faces.gates import Enhancement, certain_faces, gate_sample, gate_sighting
from faces.policy import Policy
from gateway.advice import advised
from gateway.backends.ports import Detection, Detections, Detector, Judged
from gateway.enhancing import Enhanced, Enhancing

LOOKED_AT = 4
"""Faces that the detector returns of a picture, to tell people from what may be none."""

_SMALL_BYTES = 2**17
"""Pictures that are hashed faster than another thread starts to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is known of a face of a picture: of the most prominent one, if nobody says which."""

    found: int
    """How many faces the picture shows, without those that the scene takes for none."""

    detected: int
    """How many there are with those."""

    others: tuple[float, ...]
    """Detection scores of the faces beside it that were looked at."""

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

    image_sha256: str = ""
    """Of the encoded picture, so that a record can say which one it was."""

    @property
    def derived(self) -> bool:
        """Whether the vector owes anything to an enhancer. Such a sample is never enrolled."""
        return self.enhancement is Enhancement.DONE

    @property
    def raw(self) -> Judged | None:
        """The face as the camera saw it, whatever was made of it since."""
        return self.enhanced.raw if self.enhanced else self.judged


@dataclass(frozen=True, slots=True)
class Look:
    """What the detector saw in a picture."""

    seen: Detections
    image_sha256: str

    def sample(self, policy: Policy, index: int = 0) -> Sample:
        """Gate 1 for one of the faces, or for the picture if there is none; not embedded yet."""
        faces = self.seen.faces
        face = faces[index].face if faces else None
        others = tuple(f.face.detection_score for i, f in enumerate(faces) if i != index)
        found = certain_faces(policy, self.seen.found, others)
        return Sample(
            found=found,
            detected=self.seen.found,
            others=others,
            face=face,
            judged=None,
            contract_id="",
            enhancement=Enhancement.NOT_NEEDED,
            refusal=gate_sighting(policy, face.sighting if face else None, faces=found),
            image_sha256=self.image_sha256,
        )


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
        """Look at the most prominent face of a picture under a policy.

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
        look = await self.look(image, limit=LOOKED_AT)
        sample = look.sample(policy)
        if not look.seen.faces or (sample.refusal and not embed_anyway):
            return sample
        return await self.embedded(
            policy,
            sample,
            look.seen.faces[0],
            camera_id=camera_id,
            enhance=enhance,
            images=images,
        )

    async def look(self, image: bytes, *, limit: int) -> Look:
        """Find the `limit` most prominent faces of a picture."""
        seen = await self._detector.detect(image, limit=limit)
        if len(image) <= _SMALL_BYTES:
            return Look(seen, _sha256(image))
        # Milliseconds for a large one: aside, for other callers wait for this loop.
        return Look(seen, await asyncio.to_thread(_sha256, image))

    async def embedded(
        self,
        policy: Policy,
        sample: Sample,
        detection: Detection,
        *,
        camera_id: str = "",
        enhance: bool = True,
        images: bool = False,
    ) -> Sample:
        """Embed the face of a sample, and try gates 2 and 3; the arguments are those of `sample`.

        A refusal that stands already stays.
        """
        embedding = await self._enhancing.embed(
            policy, detection.crop, camera_id=camera_id, enhance=enhance, images=images
        )
        judged = embedding.judged
        poor = gate_sample(
            policy,
            quality=judged.quality.score,
            occlusion=judged.occlusion.share if judged.occlusion else None,
            enhancement=embedding.enhancement,
        )
        return replace(
            sample,
            judged=judged,
            contract_id=embedding.contract_id,
            enhancement=embedding.enhancement,
            refusal=sample.refusal or advised(poor, detection, judged),
            enhanced=embedding.enhanced,
        )


def _sha256(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()
