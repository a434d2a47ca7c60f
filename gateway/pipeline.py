"""From a picture to a sample that may be compared, or to the rule that refuses it."""

import asyncio
from dataclasses import dataclass

from faces.decision import Conclusion
from faces.errors import FaceError
from faces.face import Face
from faces.gates import Enhancement, gate_sample, gate_sighting, wants_enhancement
from faces.policy import Policy
from gateway.advice import advised
from gateway.backends.ports import (
    Batch,
    Crop,
    Detections,
    Detector,
    Embedder,
    Enhancer,
    Judged,
)

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


class Pipeline:
    """Detector, gates, embedder and, where a policy asks for it, enhancer."""

    def __init__(
        self,
        detector: Detector,
        embedder: Embedder,
        enhancer: Enhancer | None = None,
        *,
        enhancer_limit_s: float = 1.0,
    ) -> None:
        """Connect the services.

        Args:
            detector: Finds faces.
            embedder: Embeds and judges them.
            enhancer: Repairs them; None if none is configured.
            enhancer_limit_s: A slower enhancer counts as unavailable.
        """
        self._detector = detector
        self._embedder = embedder
        self._enhancer = enhancer
        self._enhancer_limit_s = enhancer_limit_s

    async def sample(
        self,
        policy: Policy,
        image: bytes,
        *,
        camera_id: str = "",
        embed_anyway: bool = False,
        enhance: bool = True,
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
        batch, enhancement = await self._embed(policy, best.crop, camera_id, enhance=enhance)
        [judged] = batch.crops
        covered = judged.occlusion.share if judged.occlusion else None
        poor = gate_sample(
            policy, quality=judged.quality.score, occlusion=covered, enhancement=enhancement
        )
        return Sample(
            found=found,
            face=best.face,
            judged=judged,
            contract_id=batch.contract_id,
            enhancement=enhancement,
            refusal=refusal or advised(poor, best, judged),
        )

    async def _embed(
        self, policy: Policy, crop: Crop, camera_id: str, *, enhance: bool
    ) -> tuple[Batch, Enhancement]:
        raw = await self._embedder.embed([crop])
        [judged] = raw.crops
        if not (enhance and wants_enhancement(policy, judged.quality.score)):
            return raw, Enhancement.NOT_NEEDED
        if self._enhancer is None:
            return raw, Enhancement.NOT_CONFIGURED
        try:
            async with asyncio.timeout(self._enhancer_limit_s):
                better = await self._enhancer.enhance(crop, camera_id=camera_id)
                fused = await self._embedder.embed(
                    [crop], enhanced=[better], expected_contract=raw.contract_id
                )
        except (FaceError, TimeoutError):
            # An enhancer that fails, in whatever way, must not cost the raw answer.
            return raw, Enhancement.UNAVAILABLE
        return fused, Enhancement.DONE


def _certain(policy: Policy, seen: Detections) -> int:
    """How many faces there are, without those that the scene would not take for one.

    A poster in the background that scores just above the detector's own line must not
    keep a door shut.
    """
    doubtful = sum(
        found.face.detection_score < policy.min_detection_score for found in seen.faces[1:]
    )
    return seen.found - doubtful
