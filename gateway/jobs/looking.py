"""From a picture to the faces in it, all of them embedded."""

from dataclasses import replace

from faces.errors import ServiceUnavailable
from faces.gates import Enhancement
from faces.policy import Row
from gateway.backends.ports import Detection
from gateway.jobs.sights import Refusal, Sight
from gateway.pipeline import Pipeline
from gateway.sample import Sample

FACES = 64
"""Most faces of a frame that are looked at, the most prominent ones."""

_CROWD = 100
"""Each face of a frame is judged by itself: that there are others is no fault of it."""


async def look(
    pipeline: Pipeline, policy: Row, picture: bytes, *, source: int, frame: int, offset_ms: int
) -> list[Sight]:
    """Find the faces of a picture, and embed even those that the scene would refuse.

    Low quality is told of, and ranks low; it hides nobody.

    Args:
        pipeline: Who looks.
        policy: The gates' lines. What it takes for no face is none.
        picture: Encoded.
        source: Number of the file.
        frame: Number in it.
        offset_ms: When.

    Raises:
        ServiceUnavailable: Also if only an enhancer is away: a job waits rather than that its
            answer depends on the hour.
    """
    row = replace(policy, max_faces=_CROWD)
    seen = await pipeline.look(picture, limit=FACES)
    sights = []
    for index in seen.certain(row):
        detection = seen.seen.faces[index]
        sample = await pipeline.embedded(row, seen.sample(row, index), detection)
        if sample.enhancement is Enhancement.UNAVAILABLE:
            raise ServiceUnavailable(service="enhancer")
        sights.append(_sight(sample, detection, source, frame, offset_ms))
    return sights


def _sight(sample: Sample, detection: Detection, source: int, frame: int, offset_ms: int) -> Sight:
    judged, refusal = sample.judged, sample.refusal
    assert judged  # noqa: S101  # every face is embedded
    return Sight(
        source=source,
        frame=frame,
        offset_ms=offset_ms,
        box=detection.face.box,
        inter_eye_px=detection.face.inter_eye_px,
        quality=judged.quality.score,
        vector=judged.vector,
        contract_id=sample.contract_id,
        enhanced=sample.derived,
        refusal=Refusal(verdict=refusal.verdict, rule=refusal.rule.value, reason=refusal.reason)
        if refusal
        else None,
    )
