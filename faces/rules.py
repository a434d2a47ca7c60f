"""The names of the rules: an API, published as `sureface.type.v1.Rule`."""

from enum import Enum


class Rule(Enum):
    """Every rule that can decide, in the order in which they are tried."""

    NO_FACE = "no_face"
    MAX_FACES = "max_faces"
    MIN_DETECTION_SCORE = "min_detection_score"
    MIN_INTER_EYE_PX = "min_inter_eye_px"
    MAX_YAW_DEG = "max_yaw_deg"
    MAX_PITCH_DEG = "max_pitch_deg"
    NO_LIVENESS = "no_liveness"
    LIVENESS = "liveness"
    MAX_OCCLUSION = "max_occlusion"
    ENHANCER_REQUIRED = "enhancer_required"
    MIN_QUALITY = "min_quality"
    NO_CANDIDATE = "no_candidate"
    BELOW_REVIEW = "below_review"
    BELOW_ACCEPT = "below_accept"
    MARGIN = "margin"
    REVIEWERS = "reviewers"
    ACCEPT = "accept"
