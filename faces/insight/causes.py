"""The one table of what makes pictures bad: how it shows, what to call it, what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from faces.advice import CLOSE_ENOUGH_PX
from faces.insight.probe import Probe
from faces.rules import Rule

_MOST_YAW_DEG, _MOST_PITCH_DEG = 35.0, 30.0
"""What the built-in table asks of somebody at a door. Poses are known to about ten degrees."""


class Cause(Enum):
    """Why a picture is of low quality; it may have several causes."""

    OCCLUDED = "occluded"
    OFF_POSE = "off_pose"
    SMALL = "small"
    DARK = "dark"
    BRIGHT = "bright"
    NOISY = "noisy"
    BLURRED = "blurred"
    UNCLEAR = "unclear"
    """Nothing on record explains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """How a cause shows, and what to say of it."""

    shows: Callable[[Probe], bool]

    words: str
    """Of pictures, after "are"."""

    remedy: str
    """What somebody who looks after the camera can do."""


def _occluded(probe: Probe) -> bool:
    return probe.covered or probe.refused_by is Rule.MAX_OCCLUSION


def _off_pose(probe: Probe) -> bool:
    turned = abs(probe.yaw_deg or 0) > _MOST_YAW_DEG or abs(probe.pitch_deg or 0) > _MOST_PITCH_DEG
    return turned or probe.refused_by in {Rule.MAX_YAW_DEG, Rule.MAX_PITCH_DEG}


def _small(probe: Probe) -> bool:
    enlarged = probe.inter_eye_px is not None and probe.inter_eye_px < CLOSE_ENOUGH_PX
    return enlarged or probe.refused_by is Rule.MIN_INTER_EYE_PX


def _dark(probe: Probe) -> bool:
    return probe.conditions is not None and probe.conditions.dark


def _bright(probe: Probe) -> bool:
    return probe.conditions is not None and probe.conditions.bright


def _noisy(probe: Probe) -> bool:
    return probe.conditions is not None and probe.conditions.noisy


def _blurred(probe: Probe) -> bool:
    # Whatever is enlarged is soft: that it is small says more.
    return probe.conditions is not None and probe.conditions.blurred and not _small(probe)


CAUSES: Mapping[Cause, Sign] = {
    Cause.OCCLUDED: Sign(
        shows=_occluded,
        words="covered",
        remedy="ask people to take off masks and sunglasses, and see what hangs before the lens",
    ),
    Cause.OFF_POSE: Sign(
        shows=_off_pose,
        words="turned away",
        remedy="mount the camera at eye height, where people look when they come",
    ),
    Cause.SMALL: Sign(
        shows=_small,
        words="too small",
        remedy="bring the camera closer, or give it a longer lens or more resolution",
    ),
    Cause.DARK: Sign(
        shows=_dark, words="too dark", remedy="add light from the front, or expose for faces"
    ),
    Cause.BRIGHT: Sign(
        shows=_bright,
        words="too bright",
        remedy="turn the camera away from windows and lamps, or expose for faces",
    ),
    Cause.NOISY: Sign(
        shows=_noisy, words="noisy", remedy="add light: the camera amplifies what little it gets"
    ),
    Cause.BLURRED: Sign(
        shows=_blurred,
        words="blurred",
        remedy="clean and focus the lens, shorten the exposure, or let people stand still",
    ),
    Cause.UNCLEAR: Sign(
        shows=lambda _: False,
        words="low for no reason on record",
        remedy="look at some of the pictures",
    ),
}
"""All causes, by falling precedence where several are equally frequent."""


def causes(probe: Probe) -> frozenset[Cause]:
    """Tell everything that is on record against a picture of low quality; at least `UNCLEAR`."""
    found = frozenset(cause for cause, sign in CAUSES.items() if sign.shows(probe))
    return found or frozenset({Cause.UNCLEAR})
