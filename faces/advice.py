"""What a person can do about a rule that refused their picture."""

from faces.quality import Band
from faces.rules import Rule

ADVICE: dict[Rule, tuple[str, ...]] = {
    Rule.NO_FACE: ("look at the camera", "make sure that the face is lit and fully in view"),
    Rule.MAX_FACES: ("one person at a time",),
    Rule.MIN_DETECTION_SCORE: ("look at the camera", "uncover the face"),
    Rule.MIN_INTER_EYE_PX: ("move closer", "use a camera or stream of higher resolution"),
    Rule.MAX_YAW_DEG: ("face the camera",),
    Rule.MAX_PITCH_DEG: ("hold the head level", "mount the camera at eye height"),
    Rule.MAX_OCCLUSION: ("uncover the face",),
    Rule.ENHANCER_REQUIRED: ("try again soon", "move closer, into better light"),
    Rule.MIN_QUALITY: ("move closer", "hold still", "find better light", "uncover the face"),
}
"""Every rule that can refuse a picture, with advice by falling helpfulness."""

_CLOSE_ENOUGH_PX = 35.0
"""Eye distance of an aligned crop: with fewer pixels, the crop is an enlargement."""


def advise(inter_eye_px: float, band: Band) -> tuple[str, ...]:
    """What would make a sample better, without a policy to measure it by.

    Args:
        inter_eye_px: Pixels between the eyes of the source.
        band: The band of its quality score.
    """
    if band in {Band.EXCELLENT, Band.GOOD}:
        return ()
    closer = inter_eye_px < _CLOSE_ENOUGH_PX
    return tuple(a for a in ADVICE[Rule.MIN_QUALITY] if closer or a != "move closer")
