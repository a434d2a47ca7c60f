"""From a picture to a sample that may be compared, or to the rule that refuses it."""

import asyncio
import hashlib
from dataclasses import replace

from faces.advice import GOOD_ENOUGH
from faces.gates import gate_sample
from faces.policy import Policy
from gateway.advice import advised, conditions_of
from gateway.backends.ports import Detection, Detector
from gateway.enhancing import Enhancing
from gateway.sample import Look, Sample

LOOKED_AT = 4
"""Faces that the detector returns of a picture, to tell people from what may be none."""

_SMALL_BYTES = 2**17
"""Pictures that are hashed faster than another thread starts to."""


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
        raw = embedding.enhanced.raw if embedding.enhanced else judged
        wanting = poor or raw.quality.band not in GOOD_ENOUGH
        conditions = conditions_of(detection.crop) if wanting else None
        return replace(
            sample,
            judged=judged,
            contract_id=embedding.contract_id,
            enhancement=embedding.enhancement,
            refusal=sample.refusal or advised(poor, detection.face, judged, conditions),
            enhanced=embedding.enhanced,
            conditions=conditions,
        )


def _sha256(image: bytes) -> str:
    return hashlib.sha256(image).hexdigest()
