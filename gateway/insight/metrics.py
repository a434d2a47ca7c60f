"""What the gateway measures of its decisions, and of their pictures by scene and camera."""

from prometheus_client import Counter, Histogram, Summary

from faces.insight import Outcome, causes
from gateway.insight.reading import seen
from gateway.records.walks import Record

CAMERAS = 100
"""Cameras that have a label of their own. Callers name them as they like, and every name is a
series that never ends."""

OTHER = "(other)"
"""Label of further cameras; no caller can name one so."""

DECISIONS = Counter(
    "gateway_decisions_total",
    "Decisions by verdict and the rule that fired.",
    ["scene", "verdict", "rule"],
)
PICTURES = Counter(
    "gateway_pictures_total", "Decisions by what their picture was.", ["scene", "camera", "outcome"]
)
LOW_QUALITY = Counter(
    "gateway_low_quality_total",
    "Pictures of low quality by cause; one may have several.",
    ["scene", "camera", "cause"],
)
QUALITY = Histogram(
    "gateway_sample_quality",
    "Quality scores as the camera saw the face.",
    ["scene", "camera"],
    buckets=(0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1),
)
MAGNITUDE = Summary(
    "gateway_sample_magnitude",
    "Lengths of vectors before they were normalized.",
    ["scene", "camera"],
)


class Observing:
    """Counts decisions as they are taken."""

    def __init__(self) -> None:
        self._cameras: set[str] = {""}

    def observe(self, record: Record) -> None:
        """Count a decision that is on record; whatever else is, is left out."""
        if record["kind"] == "decision":
            DECISIONS.labels(record["scene"], record["verdict"], record["rule"]).inc()
        picture = seen(record)
        if picture is None:
            return
        where = picture.scene, self._label(picture.camera_id)
        probe = picture.probe
        PICTURES.labels(*where, probe.outcome.value).inc()
        if probe.outcome is Outcome.LOW:
            for cause in causes(probe):
                LOW_QUALITY.labels(*where, cause.value).inc()
        if probe.quality is not None:
            QUALITY.labels(*where).observe(probe.quality)
        if probe.magnitude is not None:
            MAGNITUDE.labels(*where).observe(probe.magnitude)

    def _label(self, camera_id: str) -> str:
        if camera_id not in self._cameras and len(self._cameras) <= CAMERAS:
            self._cameras.add(camera_id)
        return camera_id if camera_id in self._cameras else OTHER
