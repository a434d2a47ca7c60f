"""What is known of a face of which a crop and its enhanced version became one vector."""

from dataclasses import replace

from faces.quality import Interval, Quality


def fused_quality(raw: Quality, enhanced: Quality, *, share: float) -> Quality:
    """Weight what is estimated like the vectors; what was measured stays the raw crop's.

    Args:
        raw: Of the crop as it came.
        enhanced: Of its enhanced version.
        share: Weight of the raw crop, in [0, 1].
    """

    def mixed(one: float, other: float) -> float:
        return share * one + (1 - share) * other

    interval = raw.interval
    if raw.interval and enhanced.interval:
        interval = Interval(
            mixed(raw.interval.low, enhanced.interval.low),
            mixed(raw.interval.high, enhanced.interval.high),
        )
    return replace(raw, score=mixed(raw.score, enhanced.score), interval=interval)
