"""What would make a sample better: the crop, once more, and what the embedder saw in it."""

from dataclasses import replace

import numpy as np

from faces.advice import GOOD_ENOUGH, Clues, advise
from faces.conditions import Conditions, look_at
from faces.decision import Conclusion
from faces.embedding import CROP_SHAPE
from faces.face import Face
from faces.rules import Rule
from gateway.backends.ports import Crop, Detection, Judged


def advised(
    refusal: Conclusion | None, face: Face, judged: Judged, conditions: Conditions | None
) -> Conclusion | None:
    """Let a refusal say what is seen to be wrong with the sample."""
    if refusal is None:
        return None
    return replace(refusal, advices=advise(refusal.rule, _clues(face, judged, conditions)))


def improvements(detection: Detection, judged: Judged) -> tuple[str, ...]:
    """What to say of a sample that nobody judges by a policy."""
    if judged.quality.band in GOOD_ENOUGH:
        return ()
    clues = _clues(detection.face, judged, conditions_of(detection.crop))
    return advise(Rule.MIN_QUALITY, clues)


def _clues(face: Face, judged: Judged, conditions: Conditions | None) -> Clues:
    return Clues(inter_eye_px=face.inter_eye_px, occlusion=judged.occlusion, conditions=conditions)


def conditions_of(crop: Crop) -> Conditions | None:
    """Look at a crop; None if these bytes are none: advice must not cost the answer."""
    pixels = np.frombuffer(crop.rgb, dtype=np.uint8)
    return look_at(pixels.reshape(CROP_SHAPE)) if pixels.size == np.prod(CROP_SHAPE) else None
