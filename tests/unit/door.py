"""The policy row that unit tests start from."""

from faces.policy import Policy, Verdict

POLICY = Policy(
    scene="door",
    min_quality=0.6,
    enhance_below=0,
    on_low_quality=Verdict.RECAPTURE,
    accept=0.5,
    review=0.4,
    margin=0.05,
    min_inter_eye_px=40,
    max_yaw_deg=35,
    max_pitch_deg=30,
    min_detection_score=0.6,
    max_faces=1,
    max_occlusion=0.25,
    reviewers=0,
)
