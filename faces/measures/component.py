"""The names of the measures, and what one of them says."""

from dataclasses import dataclass
from enum import Enum


class Component(Enum):
    """The components that are measured, by their name in OFIQ, in the standard's order."""

    ILLUMINATION_UNIFORMITY = "IlluminationUniformity"
    LUMINANCE_MEAN = "LuminanceMean"
    LUMINANCE_VARIANCE = "LuminanceVariance"
    UNDER_EXPOSURE_PREVENTION = "UnderExposurePrevention"
    OVER_EXPOSURE_PREVENTION = "OverExposurePrevention"
    DYNAMIC_RANGE = "DynamicRange"
    SHARPNESS = "Sharpness"
    NATURAL_COLOUR = "NaturalColour"
    SINGLE_FACE_PRESENT = "SingleFacePresent"
    INTER_EYE_DISTANCE = "InterEyeDistance"
    HEAD_SIZE = "HeadSize"
    LEFTWARD_CROP = "LeftwardCropOfTheFaceImage"
    RIGHTWARD_CROP = "RightwardCropOfTheFaceImage"
    MARGIN_ABOVE = "MarginAboveOfTheFaceImage"
    MARGIN_BELOW = "MarginBelowOfTheFaceImage"
    HEAD_POSE_YAW = "HeadPoseYaw"
    HEAD_POSE_PITCH = "HeadPosePitch"
    HEAD_POSE_ROLL = "HeadPoseRoll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One component of one face."""

    component: Component

    native: float
    """In the component's own unit."""

    score: int
    """Range [0, 100], higher is better."""

    estimated: bool = False
    """Whether it rests on the length from eyes to chin, which five landmarks do not show."""
