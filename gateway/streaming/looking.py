"""From a frame to the faces in it, embedded where that tells something."""

from dataclasses import replace

from faces.policy import Row
from faces.tracking import Box, Seen, Shot, Tracks
from gateway.backends.ports import Detection
from gateway.pipeline import Pipeline
from gateway.sample import Sample
from gateway.streaming.frames import Frame, View
from meshkit.together import together

FACES = 16
"""Most faces of a frame that are looked at, the most prominent ones."""


async def look(
    pipeline: Pipeline, policy: Row, frame: Frame, tracks: Tracks[View], *, camera_id: str
) -> list[Seen[View]]:
    """Find the faces of a frame and judge each by the gates.

    Where people may have to confirm, what an enhancer makes comes as an image for them, too.

    Args:
        pipeline: Who looks.
        policy: The gates' lines.
        frame: The picture.
        tracks: Say who has to be embedded. Nothing is changed in them.
        camera_id: Selects the enhancer's adapter.
    """
    found = await pipeline.look(frame.image, limit=FACES)
    # Without faces that the scene takes for none, unless nothing else is there.
    counted = found.certain(policy) or list(range(len(found.seen.faces)))[:1]
    detections = [found.seen.faces[index] for index in counted]
    samples = [found.sample(policy, index) for index in counted]
    boxes = [detection.face.box for detection in detections]
    wanted = tracks.wanted(boxes, frame.hints, frame.offset_ms)

    async def judged(sample: Sample, detection: Detection, *, embed: bool) -> Sample:
        if not embed or sample.refusal:
            return sample
        return await pipeline.embedded(
            policy, sample, detection, camera_id=camera_id, images=policy.reviewers > 0
        )

    after = await together(
        judged(sample, detection, embed=embed)
        for sample, detection, embed in zip(samples, detections, wanted, strict=True)
    )
    return [
        _seen(box, View(_kept(sample), policy, frame.offset_ms, frame.arrived_s))
        for box, sample in zip(boxes, after, strict=True)
    ]


def _kept(sample: Sample) -> Sample:
    """Without pixels that a mesh compares: it outlives its frame."""
    made = sample.enhanced
    if made is None:
        return sample
    return replace(sample, enhanced=replace(made, derived=replace(made.derived, rgb=b"")))


def _seen(box: Box, view: View) -> Seen[View]:
    sample = view.sample
    if sample.judged is None:
        return Seen(box=box, sample=view)
    shot = Shot(
        vector=sample.judged.vector,
        quality=sample.judged.quality.score,
        contract_id=sample.contract_id,
        offset_ms=view.offset_ms,
        sample=view,
    )
    return Seen(box=box, sample=view, shot=shot, good=sample.refusal is None)
