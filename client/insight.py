"""What records tell of cameras, as tables, small plots and sentences."""

from client.console import Console
from client.plot import bar, columns
from client.types import CameraInsight, CameraSummary, Distribution, PictureCounts
from faces.insight import CAUSES, Cause

_BARS = 20
"""Columns of a plot of quality."""

_CLUSTERS = 3
"""Clusters of causes in a table; JSON has all."""


def show(console: Console, of: CameraInsight) -> None:
    """Print how good pictures are and were, what makes them bad, and what to do."""
    console.say(
        f"from {of.start_time:%Y-%m-%d %H:%M} to {of.end_time:%Y-%m-%d %H:%M} UTC; "
        f"before: from {of.previous_start_time:%Y-%m-%d %H:%M} on\n"
    )
    if not of.cameras:
        console.say("no decisions on record in that time")
        return
    _faces(console, of)
    _plots(console, of)
    _causes(console, of)
    console.say("")
    for camera in of.cameras:
        console.say(f"{_name(camera)}, {camera.scene}: {camera.advice}")
    if of.further_record_count:
        console.say(f"\n{of.further_record_count} more records are of further cameras: name one")


def _faces(console: Console, of: CameraInsight) -> None:
    """How many there are, how many of low quality, and how it was."""
    rows = [
        [
            _name(camera),
            camera.scene,
            str(camera.current.face_count),
            _low(camera.current),
            _low(camera.previous),
            camera.trend.value.replace("_", " ") if camera.trend else "",
            str(camera.current.faceless_count),
        ]
        for camera in of.cameras
    ]
    console.table(["camera", "scene", "faces ", "low ", "before ", "trend", "no face "], rows)


def _plots(console: Console, of: CameraInsight) -> None:
    """How qualities and magnitudes are spread."""
    rows = [
        [
            _name(camera),
            camera.scene,
            _quality_plot(camera.current.quality),
            _median(camera.current.quality),
            *_magnitude(camera.current.magnitude),
        ]
        for camera in of.cameras
    ]
    quality = f"{'quality 0':<{_BARS - 1}}1"
    console.say("")
    console.table(["camera", "scene", quality, "median ", "magnitude", "median "], rows)


def _causes(console: Console, of: CameraInsight) -> None:
    """The most frequent clusters of each camera with pictures of low quality."""
    rows = [
        [
            _name(camera),
            camera.scene,
            _words(cluster.causes),
            str(cluster.picture_count),
            bar(cluster.picture_count / camera.current.low_count),
        ]
        for camera in of.cameras
        for cluster in camera.current.clusters[:_CLUSTERS]
    ]
    if rows:
        console.say("")
        console.table(["camera", "scene", "low because", "faces ", "share of low"], rows)


def _name(camera: CameraSummary) -> str:
    return camera.camera_id or "(no camera)"


def _low(counts: PictureCounts) -> str:
    return "" if counts.low_share is None else f"{counts.low_share:.0%}"


def _median(spread: Distribution | None) -> str:
    return f"{spread.median:.2f}" if spread and spread.count else ""


def _quality_plot(spread: Distribution) -> str:
    """Over all of [0, 1], so that cameras can be compared."""
    counts = [0] * _BARS
    for bucket in spread.buckets:
        middle = (bucket.low + bucket.high) / 2
        counts[min(int(middle * _BARS), _BARS - 1)] += bucket.count
    return columns(counts)


def _magnitude(spread: Distribution | None) -> tuple[str, str]:
    """Over what occurs, with its ends: no two models have the same scale."""
    if spread is None or not spread.buckets:
        return "", ""
    low, high = spread.buckets[0].low, spread.buckets[-1].high
    plot = columns([bucket.count for bucket in spread.buckets])
    return f"{low:.3g} {plot} {high:.3g}", _median(spread)


def _words(causes: tuple[Cause | None, ...]) -> str:
    return ", ".join(CAUSES[c].words if c else "unknown to this client" for c in causes)
