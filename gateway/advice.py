"""What would make a sample better: the crop, once more, and what the embedder saw in it."""

from dataclasses import replace

import numpy as np

from faces.advice import GOOD_ENOUGH, Clues, advise
from faces.conditions import Conditions, look_at
from faces.decision import Conclusion
from faces.embedding import CROP_SHAPE
from faces.rules import Rule
from gateway.backends.ports import Crop, Detection, Judged


def advised(refusal: Conclusion | None, detection: Detection, judged: Judged) -> Conclusion | None:
    """Let a refusal say what is seen to be wrong with the sample."""
    if refusal is None:
        return None
    return replace(refusal, advices=advise(refusal.rule, _clues(detection, judged)))


def improvements(detection: Detection, judged: Judged) -> tuple[str, ...]:
    """What to say of a sample that nobody judges by a policy."""
    if judged.quality.band in GOOD_ENOUGH:
        return ()
    return advise(Rule.MIN_QUALITY, _clues(detection, judged))


def _clues(detection: Detection, judged: Judged) -> Clues:
    return Clues(
        inter_eye_px=detection.face.inter_eye_px,
        occlusion=judged.occlusion,
        conditions=_conditions(detection.crop),
    )


def _conditions(crop: Crop) -> Conditions | None:
    """None if these are not the bytes of a crop: advice must not cost the answer."""
    pixels = np.frombuffer(crop.rgb, dtype=np.uint8)
    return look_at(pixels.reshape(CROP_SHAPE)) if pixels.size == np.prod(CROP_SHAPE) else None
