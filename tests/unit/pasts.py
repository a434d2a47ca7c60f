"""Decisions of the past, as tests begin with them."""

from collections.abc import Sequence

from faces.gates import Sighting
from faces.policy import Verdict
from faces.pose import Pose
from faces.replay import Decided, Past, Picture, Scores
from faces.rules import Rule

FACE = Sighting(detection_score=0.9, inter_eye_px=80, pose=Pose(0, 0, 0))
GOOD = Picture(detected=1, others=(), sighting=FACE, raw=Scores(0.9, None))

MATCH = Decided(Verdict.MATCH, Rule.ACCEPT)


def past(
    *pictures: Picture,
    similarities: Sequence[float] | None = (0.8,),
    raw: Sequence[float] | None = None,
    decided: Decided | None = MATCH,
    scene: str = "door",
) -> Past:
    return Past(
        decision_id="d-1",
        scene=scene,
        decided=decided,
        pictures=pictures,
        similarities=similarities,
        raw_similarities=raw,
    )
